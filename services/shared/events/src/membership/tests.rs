use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `(trust, received, issued, from, to)`; an empty `to` means no end.
type Sample<'a> = (&'a str, i64, i64, &'a str, &'a str);

fn statement(&(trust, received, issued, from, to): &Sample<'_>) -> Statement {
    Statement {
        trust: trust.into(),
        days: day_run(day(from), (!to.is_empty()).then(|| day(to))),
        received,
        issued,
        source: "office".into(),
        id: format!("{trust}-{issued}").into(),
    }
}

/// Every order of a few statements.
fn orders(all: &[Statement]) -> Vec<Vec<Statement>> {
    if all.len() < 2 {
        return vec![all.to_vec()];
    }
    let mut orders = Vec::new();
    for at in 0..all.len() {
        let mut rest = all.to_vec();
        let first = rest.remove(at);
        for mut order in self::orders(&rest) {
            order.insert(0, first.clone());
            orders.push(order);
        }
    }
    orders
}

/// Reads the statements in every order and compares which trust each day belongs to.
fn check(samples: &[Sample<'_>], wanted: &[(&str, Option<&str>)]) -> Memberships {
    let statements: Vec<_> = samples.iter().map(statement).collect();
    let memberships = Memberships::of(&statements);
    for order in orders(&statements) {
        assert_eq!(Memberships::of(&order), memberships, "{order:#?}");
    }
    for (on, trust) in wanted {
        assert_eq!(memberships.trust_on(day(on)), *trust, "{samples:?} on {on}");
    }
    memberships
}

#[test]
fn a_school_belongs_to_its_trust_on_the_days_of_its_membership() {
    let samples = [("heron", 1, 1, "2020-09-01", "2026-08-31")];
    let days = [
        ("2020-08-31", None),
        ("2020-09-01", Some("heron")),
        ("2026-08-31", Some("heron")),
        ("2026-09-01", None),
    ];
    let one = check(&samples, &days);
    assert!(!one.is_disputed());
    assert_eq!(Memberships::of(&[]).trust_on(day("2026-01-01")), None);
}

#[test]
fn a_day_two_trusts_claim_belongs_to_the_one_that_was_received_first() {
    let days = [("2021-01-01", Some("heron")), ("2026-01-01", Some("heron"))];
    // Neither the time that the sender states nor the name decides.
    let samples = [
        ("heron", 10, 500, "2020-09-01", ""),
        ("egret", 20, 1, "2020-09-01", ""),
    ];
    let disputed = check(&samples, &days);
    assert!(disputed.is_disputed());
    assert_eq!(disputed.days_with("egret"), &[]);
    assert_eq!(disputed.lost("egret"), [day_run(day("2020-09-01"), None)]);
    assert_eq!(
        disputed.contested("heron"),
        [day_run(day("2020-09-01"), None)]
    );
    assert_eq!(
        (disputed.lost("heron"), disputed.contested("egret")),
        (vec![], vec![])
    );
}

#[test]
fn the_later_claim_keeps_the_days_around_the_earlier_one() {
    let samples = [
        ("heron", 1, 1, "2022-01-01", "2022-12-31"),
        ("egret", 2, 2, "2020-01-01", ""),
    ];
    let days = [
        ("2021-12-31", Some("egret")),
        ("2022-06-01", Some("heron")),
        ("2023-01-01", Some("egret")),
    ];
    let both = check(&samples, &days);
    assert_eq!(both.days_with("egret").len(), 2);
    assert_eq!(both.lost("egret"), both.days_with("heron"));
}

#[test]
fn updating_a_registration_keeps_the_age_of_its_claim() {
    let samples = [
        ("heron", 1, 1, "2020-09-01", ""),
        ("egret", 2, 2, "2020-09-01", ""),
        ("heron", 3, 3, "2020-09-01", ""),
    ];
    check(&samples, &[("2026-01-01", Some("heron"))]);
}

#[test]
fn days_that_a_trust_gives_up_belong_to_the_next_one_and_stay_there() {
    let left = [
        ("heron", 1, 1, "2020-09-01", ""),
        ("heron", 2, 2, "2020-09-01", "2026-10-31"),
        ("egret", 3, 3, "2026-11-01", ""),
    ];
    let days = [("2026-10-31", Some("heron")), ("2026-11-01", Some("egret"))];
    assert!(!check(&left, &days).is_disputed());
    let claimed_again = [left[0], left[1], left[2], ("heron", 4, 4, "2020-09-01", "")];
    assert!(check(&claimed_again, &days).is_disputed());
    // Egret registered too early, and gets the days once heron gives them up.
    let early = [
        left[0],
        ("egret", 2, 2, "2026-11-01", ""),
        ("heron", 3, 3, "2020-09-01", "2026-10-31"),
    ];
    assert!(!check(&early, &days).is_disputed());
    assert!(check(&early[..2], &[("2026-11-01", Some("heron"))]).is_disputed());
}

#[test]
fn an_older_statement_that_arrives_late_changes_nothing() {
    let samples = [
        ("heron", 1, 5, "2020-09-01", "2026-10-31"),
        ("egret", 2, 6, "2026-11-01", ""),
        ("heron", 3, 1, "2020-09-01", ""),
    ];
    let days = [("2026-11-01", Some("egret"))];
    assert!(!check(&samples, &days).is_disputed());
}

#[test]
fn runs_are_cut_and_joined_at_their_days() {
    let run = |from: &str, to: &str| day(from)..=day(to);
    let check = |one: &DayRun, other: &DayRun, wanted: &[DayRun]| {
        assert_eq!(without(one, other).collect::<Vec<_>>(), wanted);
    };
    let march = run("2026-03-01", "2026-03-31");
    check(
        &march,
        &run("2026-04-01", "2026-04-30"),
        std::slice::from_ref(&march),
    );
    check(&march, &march, &[]);
    let middle = run("2026-03-10", "2026-03-20");
    check(
        &march,
        &middle,
        &[
            run("2026-03-01", "2026-03-09"),
            run("2026-03-21", "2026-03-31"),
        ],
    );
    check(&middle, &march, &[]);
    let open = day_run(day("2026-03-05"), None);
    check(&open, &march, &[day_run(day("2026-04-01"), None)]);
    check(&march, &open, &[run("2026-03-01", "2026-03-04")]);
}
