#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use super::*;
use crate::message::Verdict;

use Fraction::{Food, Glass, Metal, Mixed, Paper, Plastic, Residual, Unasked};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An academic year of which the days up to `to` are counted.
fn year(from: &str, to: &str) -> Days {
    Days {
        from: day(from),
        to: day(to),
    }
}

fn on(at: &str, fractions: &[Fraction]) -> Vec<Load> {
    let load = |fraction: &Fraction| Load {
        day: day(at),
        fraction: *fraction,
        refused: false,
    };
    fractions.iter().map(load).collect()
}

fn filed(kind: EvidenceKind, title: &str, status: EvidenceStatus) -> EvidenceFigures {
    EvidenceFigures {
        kpi: TARGET,
        kind,
        title: title.to_owned(),
        status,
        dated: day("2025-09-10"),
        expires: Some(day("2027-08-31")),
        link: None,
    }
}

fn assessment(status: EvidenceStatus) -> EvidenceFigures {
    filed(
        EvidenceKind::CollectionAssessment,
        "Paper may go with cans",
        status,
    )
}

/// The academic year up to 22 November 2026.
fn autumn() -> Days {
    year("2026-09-01", "2026-11-22")
}

/// A category that was not collected separately in that autumn.
fn not_collected(of: Fraction) -> RecyclingLack {
    RecyclingLack::Collection {
        of,
        judged: autumn(),
        long_enough: true,
    }
}

/// Judged on 22 November 2026, twelve weeks into the academic year.
fn check(
    loads: &[Load],
    evidence: &[EvidenceFigures],
    verdict: Verdict,
    missing: &[RecyclingLack],
) {
    let counted = autumn();
    let judged = judge(Employer::TenOrMore, counted, loads, evidence);
    assert_eq!(judged.missing, missing);
    assert_eq!(judged.verdict, Some(verdict));
}

#[test]
fn a_site_that_keeps_everything_apart_meets_it() {
    let apart = [Food, Plastic, Metal, Glass, Paper, Residual];
    check(&on("2026-11-02", &apart), &[], Verdict::Met, &[]);
    let one_bin = [Food, Mixed, Paper, Residual];
    check(&on("2026-11-02", &one_bin), &[], Verdict::Met, &[]);
}

#[test]
fn without_a_food_bin_it_is_not_met() {
    check(
        &on("2026-11-02", &[Mixed, Paper, Residual, Unasked]),
        &[],
        Verdict::NotMet,
        &[not_collected(Food)],
    );
}

#[test]
fn every_dry_material_that_is_nowhere_is_named() {
    check(
        &on("2026-11-02", &[Food, Plastic, Paper, Residual]),
        &[],
        Verdict::NotMet,
        &[not_collected(Metal), not_collected(Glass)],
    );
}

#[test]
fn paper_in_the_mixed_bin_has_to_be_shown_to_be_allowed() {
    let loads = on("2026-11-02", &[Food, Mixed, Residual]);
    let lacking = [RecyclingLack::PaperAssessment];
    check(&loads, &[], Verdict::NotEvidenced, &lacking);
    let in_force = assessment(EvidenceStatus::InForce);
    check(&loads, std::slice::from_ref(&in_force), Verdict::Met, &[]);

    let withdrawn = assessment(EvidenceStatus::Withdrawn);
    let draft = assessment(EvidenceStatus::Draft);
    let expired = EvidenceFigures {
        expires: Some(day("2026-11-21")),
        ..in_force.clone()
    };
    let until_today = EvidenceFigures {
        expires: Some(day("2026-11-22")),
        ..in_force
    };
    check(
        &loads,
        &[withdrawn, draft, expired],
        Verdict::NotEvidenced,
        &lacking,
    );
    check(&loads, &[until_today], Verdict::Met, &[]);
}

#[test]
fn an_assessment_helps_nobody_who_collects_no_dry_recycling_together() {
    check(
        &on("2026-11-02", &[Food, Plastic, Metal, Glass, Residual]),
        &[assessment(EvidenceStatus::InForce)],
        Verdict::NotMet,
        &[not_collected(Paper)],
    );
}

#[test]
fn a_load_that_was_refused_keeps_nothing_apart() {
    let mut loads = on("2026-11-02", &[Food, Paper, Residual, Mixed]);
    loads[3].refused = true;
    let lacking = [Plastic, Metal, Glass].map(not_collected);
    check(&loads, &[], Verdict::NotMet, &lacking);
    loads.extend(on("2026-11-16", &[Mixed]));
    check(&loads, &[], Verdict::Met, &[]);
}

#[test]
fn where_nothing_is_known_nothing_is_shown() {
    let lacking = [RecyclingLack::AnyCollection { judged: autumn() }];
    check(&[], &[], Verdict::NotEvidenced, &lacking);
    let before_the_year = on("2026-08-31", &[Food, Mixed, Paper, Residual]);
    check(&before_the_year, &[], Verdict::NotEvidenced, &lacking);
}

#[test]
fn residual_waste_that_nobody_reports_is_not_shown_to_be_kept_apart() {
    check(
        &on("2026-11-02", &[Food, Mixed, Paper]),
        &[],
        Verdict::NotEvidenced,
        &[RecyclingLack::Residual { judged: autumn() }],
    );
}

#[test]
fn only_the_last_quarter_of_a_year_is_judged() {
    let counted = year("2025-09-01", "2026-08-31");
    // 1 June is the 92nd day before and with 31 August: 30 + 31 + 31.
    let first_day = on("2026-06-01", &[Food, Mixed, Paper, Residual]);
    let judged = judge(Employer::TenOrMore, counted, &first_day, &[]);
    assert_eq!(judged.verdict, Some(Verdict::Met));
    let day_before = on("2026-05-31", &[Food, Mixed, Paper, Residual]);
    let judged = judge(Employer::TenOrMore, counted, &day_before, &[]);
    assert_eq!(judged.verdict, Some(Verdict::NotEvidenced));
}

#[test]
fn a_few_days_are_too_few_to_miss_the_rule_for_a_missing_bin() {
    let loads = on("2026-09-03", &[Mixed, Paper, Residual]);
    let counted = year("2026-09-01", "2026-09-30");
    let judged = judge(Employer::TenOrMore, counted, &loads, &[]);
    assert_eq!(judged.verdict, Some(Verdict::NotEvidenced));
    let lacking = RecyclingLack::Collection {
        of: Food,
        judged: counted,
        long_enough: false,
    };
    assert_eq!(judged.missing, [lacking]);
    let counted = year("2026-09-01", "2026-10-01");
    let judged = judge(Employer::TenOrMore, counted, &loads, &[]);
    assert_eq!(judged.verdict, Some(Verdict::NotMet));
}

#[test]
fn before_it_binds_there_is_no_verdict() {
    let loads = on("2025-03-20", &[Residual]);
    let until = |to| judge(Employer::TenOrMore, year("2024-09-01", to), &loads, &[]);
    assert_eq!(until("2025-03-30"), SimplerRecycling::default());
    // Collections before the duty binds are ignored.
    let judged = year("2025-03-31", "2025-03-31");
    let lacking = [RecyclingLack::AnyCollection { judged }];
    assert_eq!(until("2025-03-31").missing, lacking);
    assert_eq!(until("2025-03-31").verdict, Some(Verdict::NotEvidenced));
    let counted = year("2026-12-01", "2026-11-22");
    let not_a_member_yet = judge(Employer::TenOrMore, counted, &loads, &[]);
    assert_eq!(not_a_member_yet, SimplerRecycling::default());
}

#[test]
fn micro_firms_have_two_years_more() {
    let loads = on("2027-03-30", &[Residual]);
    let until = |to| judge(Employer::Micro, year("2026-09-01", to), &loads, &[]);
    assert_eq!(until("2027-03-30").verdict, None);
    let verdict = until("2027-03-31").verdict;
    assert_eq!(verdict, Some(Verdict::NotEvidenced));
}

#[test]
fn from_31_march_2027_that_film_is_recycled_has_to_be_shown() {
    let loads = on("2027-03-20", &[Food, Mixed, Paper, Residual]);
    let until = |to, evidence: &[EvidenceFigures]| {
        judge(
            Employer::TenOrMore,
            year("2026-09-01", to),
            &loads,
            evidence,
        )
    };
    assert_eq!(until("2027-03-30", &[]).verdict, Some(Verdict::Met));
    let lacking = until("2027-03-31", &[]);
    assert_eq!(lacking.verdict, Some(Verdict::NotEvidenced));
    let film = RecyclingLack::PlasticFilm {
        since: day("2027-03-31"),
        target: TARGET,
    };
    assert_eq!(lacking.missing, [film]);
    let report = filed(
        EvidenceKind::Report,
        "Plastic film goes with the cans",
        EvidenceStatus::InForce,
    );
    assert_eq!(until("2027-03-31", &[report]).verdict, Some(Verdict::Met));
}
