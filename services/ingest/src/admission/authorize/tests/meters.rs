use super::*;
use crate::testing::at;

#[test]
fn a_meter_moves_only_when_its_school_lets_it_go_or_the_token_holds_both() {
    let known = two_trusts();
    let moves = meter(EGRETS, "2026-11-01", "2026-11-01", None);
    check(&known, &trust("egret"), &moves, Some("/data/meter"));
    check(&known, &trusts(&["heron", "egret"]), &moves, None);
    check(&known, &everything(), &moves, None);
    let let_go = meter(HERONS, "2026-10-20", "2017-09-01", Some("2026-10-31"));
    let mut registered = two_trusts();
    check(&registered, &trust("egret"), &let_go, Some("/subject"));
    check(&registered, &trust("heron"), &let_go, None);
    registered.apply(&events::Event::parse(&let_go).unwrap(), at("2026-10-20"));
    check(&registered, &trust("egret"), &moves, None);
    check(
        &registered,
        &trust("egret"),
        &meter(EGRETS, "2026-11-01", "2026-10-31", None),
        Some("/data/meter"),
    );
}

#[test]
fn a_trust_a_school_left_neither_takes_its_meter_along_nor_changes_its_later_days() {
    let known = left();
    let (heron, egret) = (trust("heron"), trust("egret"));
    let mut registered = left();
    let another = school(100_003, "heron", "2026-01-01", "2017-09-01", None);
    registered.apply(&events::Event::parse(&another).unwrap(), at("2026-01-01"));
    check(
        &registered,
        &heron,
        &meter(100_003, "2026-11-02", "2026-11-01", None),
        Some("/data/meter"),
    );
    check(
        &registered,
        &heron,
        &meter(100_003, "2026-11-02", "2026-10-01", Some("2026-10-31")),
        None,
    );
    check(
        &known,
        &egret,
        &meter(EGRETS, "2026-11-02", "2026-11-01", None),
        None,
    );
    check(
        &known,
        &egret,
        &meter(EGRETS, "2026-11-02", "2026-10-31", None),
        Some("/data/meter"),
    );
    // At the school itself a token may repeat the standing registration, and change its own days.
    let refused = Some("/data/from");
    for (token, days, wanted) in [
        (&heron, ("2017-09-01", None), None),
        (&heron, ("2018-09-01", None), None),
        (&heron, ("2017-09-01", Some("2026-10-31")), refused),
        (&egret, ("2017-09-01", None), None),
        (&egret, ("2017-09-01", Some("2026-11-15")), None),
        // Before its first day it changes nothing.
        (&egret, ("2026-11-01", None), None),
        (&egret, ("2017-09-01", Some("2017-08-31")), refused),
    ] {
        check(
            &known,
            token,
            &meter(HERONS, "2026-11-02", days.0, days.1),
            wanted,
        );
    }
    let solar = json!({ "meter": MPAN, "fuel": "solar", "from": "2017-09-01" });
    let solar = event(
        "meter.registered.v1",
        "solar",
        "2026-11-02",
        Some(HERONS),
        solar,
    );
    check(&known, &egret, &solar, refused);
    let anew = |from: &str| {
        let data = json!({ "meter": MPAN, "fuel": "electricity", "from": from, "capacity": 900.0 });
        event(
            "meter.registered.v1",
            from,
            "2026-11-02",
            Some(HERONS),
            data,
        )
    };
    check(&known, &egret, &anew("2026-11-01"), None);
    check(&known, &egret, &anew("2026-10-31"), refused);
    check(&known, &heron, &anew("2026-10-01"), refused);
}
