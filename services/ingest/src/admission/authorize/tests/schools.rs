use std::collections::BTreeSet;

use super::*;
use crate::testing::urn;

#[test]
fn a_school_of_one_trust_is_not_anothers_to_register() {
    let taken = |from: &str, to| school(HERONS, "egret", "2026-11-01", from, to);
    let refused = Some("/data/member_from");
    let known = two_trusts();
    for days in [
        ("2017-09-01", None),
        ("2026-11-10", None),
        ("2010-01-01", Some("2011-01-01")),
    ] {
        check(&known, &trust("egret"), &taken(days.0, days.1), refused);
        check(
            &known,
            &trusts(&["heron", "egret"]),
            &taken(days.0, days.1),
            None,
        );
        check(&known, &everything(), &taken(days.0, days.1), None);
    }
    let schools = token(Scope::Schools(BTreeSet::from([urn(HERONS)])), true);
    check(&known, &schools, &taken("2017-09-01", None), refused);
    check(
        &known,
        &schools,
        &school(HERONS, "heron", "2026-11-01", "2016-09-01", None),
        None,
    );
    // Nor with data that follows in the same request.
    let both = [taken("2017-09-01", None), waste("2026-11-10")];
    assert_eq!(judged(&both, &trust("egret"), &known).accepted, 0);
}

#[test]
fn a_school_that_has_left_is_the_next_trusts_from_then_on() {
    let known = register(&[school(
        HERONS,
        "heron",
        "2026-10-01",
        "2017-09-01",
        Some("2026-10-31"),
    )]);
    let joins = |from: &str| school(HERONS, "egret", "2026-11-01", from, None);
    check(&known, &trust("egret"), &joins("2026-11-01"), None);
    check(
        &known,
        &trust("egret"),
        &joins("2026-10-31"),
        Some("/data/member_from"),
    );
    let known = left();
    // Both trusts may repeat the current registration, and the one before it.
    for again in [
        (
            trust("heron"),
            school(HERONS, "heron", "2026-01-01", "2017-09-01", None),
        ),
        (
            trust("heron"),
            school(
                HERONS,
                "heron",
                "2026-11-02",
                "2016-09-01",
                Some("2026-10-31"),
            ),
        ),
        (
            trust("egret"),
            school(HERONS, "egret", "2026-11-02", "2026-11-01", None),
        ),
    ] {
        check(&known, &again.0, &again.1, None);
    }
    let refused = Some("/data/member_from");
    check(
        &known,
        &trust("heron"),
        &school(HERONS, "heron", "2026-11-02", "2017-09-01", None),
        refused,
    );
    check(
        &known,
        &trust("egret"),
        &school(HERONS, "egret", "2026-11-02", "2026-10-01", None),
        refused,
    );
}
