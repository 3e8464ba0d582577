use super::*;

#[test]
fn a_token_reaches_a_school_on_the_days_of_its_membership_only() {
    let known = left();
    let on = |pointer: &'static str, event: &dyn Fn(&str) -> String| {
        for (trust_id, own, other) in [
            ("heron", "2026-10-31", "2026-11-01"),
            ("egret", "2026-11-01", "2026-10-31"),
        ] {
            check(&known, &trust(trust_id), &event(own), None);
            check(&known, &trust(trust_id), &event(other), Some(pointer));
            check(&known, &trusts(&["heron", "egret"]), &event(other), None);
            check(&known, &everything(), &event(other), None);
        }
    };
    on("/data/start", &readings);
    on("/data/collected_on", &waste);
    on("/data/surveyed_on", &survey);
    on("/data/from", &|day| activity(day, day));
    on("/data/awarded_on", &|day| award(day, "2027-07-01"));
    // A quantity of both trusts' days belongs to a token that covers them all.
    let across = activity("2026-10-01", "2026-11-15");
    for id in ["heron", "egret"] {
        check(&known, &trust(id), &across, Some("/data/from"));
    }
    check(&known, &trusts(&["heron", "egret"]), &across, None);
    // Before heron, no trust had the school.
    check(
        &known,
        &trust("heron"),
        &waste("2017-08-31"),
        Some("/data/collected_on"),
    );
    check(
        &known,
        &trust("heron"),
        &award("2017-08-31", "2018-08-30"),
        None,
    );
    check(
        &known,
        &trust("heron"),
        &award("2016-08-31", "2017-08-30"),
        Some("/data/awarded_on"),
    );
}

#[test]
fn days_two_trusts_registered_are_the_earlier_ones_to_report() {
    let known = register(&[
        school(HERONS, "heron", "2026-01-01", "2017-09-01", None),
        school(HERONS, "egret", "2025-01-01", "2017-09-01", None),
    ]);
    check(&known, &trust("heron"), &waste("2026-11-01"), None);
    check(
        &known,
        &trust("egret"),
        &waste("2026-11-01"),
        Some("/data/collected_on"),
    );
    // The trust that lost them may end its claim, and then nothing is disputed.
    check(
        &known,
        &trust("egret"),
        &school(
            HERONS,
            "egret",
            "2026-11-01",
            "2017-09-01",
            Some("2017-09-01"),
        ),
        None,
    );
}

#[test]
fn an_event_of_a_token_no_longer_configured_is_refused_and_the_token_named() {
    let known = two_trusts();
    let item = waste("2026-11-01");
    let context = crate::admission::AdmissionContext {
        authority: crate::tokens::Authority::Unconfigured("gone".to_owned()),
        ..context(&trust("heron"), &known)
    };
    let outcome = admit(&[&item], &context);
    let refusal = &outcome.refused[0].refusals[0];
    assert_eq!(
        (refusal.rule, refusal.seen.as_str()),
        (Rule::OutOfScope, "token gone")
    );
}
