//! The measures taken in the year to use less energy.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{EvidenceKind, EvidenceStatus};
use footprint::{EvidenceFigures, Period};

use super::StatementContext;
use crate::format;

/// Measures and funded projects that are in force and dated in the year; if there are none, the text of the
/// configuration; without that, the statement that none were reported.
pub(super) fn paragraphs(context: &StatementContext<'_>) -> Vec<String> {
    let filed = filed(context);
    if !filed.is_empty() {
        return filed;
    }
    let Period::AcademicYear { year, .. } = context.view.period else {
        return Vec::new();
    };
    let configured = context.settings.efficiency_measures.get(&year);
    match configured.filter(|texts| !texts.is_empty()) {
        Some(texts) => texts.clone(),
        None => vec![format!(
            "No measure taken to improve energy efficiency was reported for {year}."
        )],
    }
}

/// Each title once, with its day and the schools that filed it: one of them files a trust's own.
fn filed(context: &StatementContext<'_>) -> Vec<String> {
    let days = context.view.period.days();
    let counts = |evidence: &&EvidenceFigures| {
        matches!(
            evidence.kind,
            EvidenceKind::EfficiencyMeasure | EvidenceKind::FundedProject
        ) && evidence.status == EvidenceStatus::InForce
            && days.contains(evidence.dated)
    };
    let mut titles: BTreeMap<(NaiveDate, &str), BTreeSet<&str>> = BTreeMap::new();
    for school in &context.view.schools {
        for evidence in school.evidence.iter().filter(counts) {
            let schools = titles.entry((evidence.dated, &evidence.title)).or_default();
            schools.insert(&school.school);
        }
    }
    let sentence = |((dated, title), schools): ((NaiveDate, &str), BTreeSet<&str>)| {
        let schools: Vec<String> = schools.into_iter().map(str::to_owned).collect();
        format!(
            "{title} ({}, filed by {})",
            format::day(dated),
            format::listed(&schools)
        )
    };
    titles.into_iter().map(sentence).collect()
}
