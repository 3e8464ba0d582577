#![allow(clippy::expect_used, reason = "a test stops where it fails")]

mod by_name;
mod carbon;
mod evidence;
mod sites;

use events::{EvidenceKind, EvidenceStatus};

use super::{Clause, DecidedBy, EvidenceState, Scoreboard, TargetVerdict, Targets, Titled};
use crate::message::{EvidenceFigures, Footprint};
use crate::scoreboard::fixtures::{academic, day, school, scored, targets, trailing};

/// The verdict on one target and its reason, of schools over the trailing twelve months.
fn kpi(number: u8, schools: &[Footprint]) -> (TargetVerdict, Vec<Clause>) {
    verdict_on(&scored(schools, &targets()), number)
}

fn verdict_on(board: &Scoreboard, number: u8) -> (TargetVerdict, Vec<Clause>) {
    let kpi = &board.kpis[usize::from(number) - 1];
    assert_eq!(kpi.number, number);
    (kpi.verdict, kpi.why.0.clone())
}

/// The verdict on the one school there is, and its reason.
fn school_verdict(number: u8, school: Footprint) -> (TargetVerdict, Vec<Clause>) {
    let urn = school.urn;
    let board = scored(&[school], &targets());
    let kpi = &board.kpis[usize::from(number) - 1];
    let school = kpi.of_school(urn).expect("the school");
    (school.verdict, school.why.0.clone())
}

fn filed(kpi: u8, kind: EvidenceKind, title: &str, status: EvidenceStatus) -> EvidenceFigures {
    EvidenceFigures {
        kpi,
        kind,
        title: title.to_owned(),
        status,
        dated: day(2026, 3, 1),
        expires: None,
        link: None,
    }
}

fn titled(title: &str, schools: &[&str], state: EvidenceState) -> Titled {
    Titled {
        title: title.to_owned(),
        schools: names(schools),
        state,
        expired: None,
    }
}

fn names(schools: &[&str]) -> Vec<String> {
    schools.iter().map(ToString::to_string).collect()
}

#[test]
fn a_target_of_all_sites_is_met_by_all_and_missed_by_one() {
    let plan = |number, kept: bool| {
        let mut school = school(number, trailing());
        if !kept {
            school.evidence.pop();
        }
        school
    };
    let silent = |number| {
        let mut school = school(number, trailing());
        school.evidence.clear();
        school
    };
    let meet = |met, of| Clause::SitesMeet { met, of };
    assert_eq!(
        kpi(10, &[plan(1, true), plan(2, true)]),
        (TargetVerdict::Met, vec![meet(2, 2)])
    );
    let missed = Clause::SitesMiss(names(&["School 2"]));
    let open = Clause::SitesNotEvidenced(names(&["School 3"]));
    assert_eq!(
        kpi(10, &[plan(1, true), plan(2, false), silent(3)]),
        (TargetVerdict::NotMet, vec![meet(1, 3), missed, open])
    );
    let open = Clause::SitesNotEvidenced(names(&["School 2", "School 3"]));
    assert_eq!(
        kpi(10, &[plan(1, true), silent(2), silent(3)]),
        (TargetVerdict::NotEvidenced, vec![meet(1, 3), open])
    );
}

#[test]
fn a_school_that_has_left_is_no_site_any_more() {
    let mut left = school(2, trailing());
    left.member.to = crate::scoreboard::fixtures::day(2026, 11, 20);
    left.evidence.clear();
    assert_eq!(
        kpi(10, &[school(1, trailing()), left.clone()]),
        (
            TargetVerdict::Met,
            vec![
                Clause::SitesMeet { met: 1, of: 1 },
                Clause::SitesLeft(names(&["School 2"]))
            ]
        )
    );
    left.member.to = crate::scoreboard::fixtures::day(2026, 11, 21);
    assert_eq!(
        kpi(10, &[school(1, trailing()), left]).0,
        TargetVerdict::NotEvidenced
    );
}

#[test]
fn all_thirteen_are_there_and_the_order_of_schools_does_not_matter_to_a_verdict() {
    let schools: Vec<Footprint> = (1..=3).map(|number| school(number, trailing())).collect();
    let board = scored(&schools, &targets());
    let numbers: Vec<u8> = board.kpis.iter().map(|kpi| kpi.number).collect();
    assert_eq!(numbers, (1..=13).collect::<Vec<u8>>());
    let backwards: Vec<Footprint> = schools.iter().rev().cloned().collect();
    let again = scored(&backwards, &targets());
    for (kpi, other) in board.kpis.iter().zip(&again.kpis) {
        assert_eq!(kpi.verdict, other.verdict);
        let by_schools = kpi.decided_by == DecidedBy::Schools;
        assert_eq!(by_schools, [1, 4, 6, 9, 10].contains(&kpi.number));
        assert_eq!(
            kpi.schools.is_empty(),
            ![1, 4, 6, 7, 9, 10].contains(&kpi.number)
        );
    }
    assert_eq!(board, scored(&schools, &targets()));
}

#[test]
fn the_trailing_months_have_the_targets_of_the_year_of_their_last_day() {
    // 22 November 2026 lies in 2026/27.
    let year = |period| {
        let board = scored(&[school(1, period)], &targets());
        (board.target_year.to_string(), board.kpis[6].target.clone())
    };
    assert_eq!(
        year(trailing()),
        (
            "2026/27".to_owned(),
            "at most 0.210 tCO2e per pupil for 2026/27, as reported and at the factors of the baseline".to_owned()
        )
    );
    assert_eq!(
        year(academic(2025)),
        (
            "2025/26".to_owned(),
            "below the baseline of 0.240 tCO2e per pupil, as reported and at the factors of the baseline".to_owned()
        )
    );
    let none = Targets::from(0.24);
    let board = scored(&[school(1, trailing())], &none);
    assert_eq!(
        board.kpis[6].target,
        "below the baseline of 0.240 tCO2e per pupil, as reported and at the factors of the baseline"
    );
}
