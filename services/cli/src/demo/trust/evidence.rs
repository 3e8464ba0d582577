//! Evidence for the trust's plan: statements, plans, lessons, projects and awards. The trust's own evidence is filed
//! under the first school, because every event names one.

use chrono::{Days, NaiveDate};
use events::{
    AcademicYear, Data, Event, EvidenceFiled, EvidenceKind, EvidenceStatus, SettlementDay,
};

use super::schools::School;
use super::travel::years;
use super::{MadeUpTrust, TRUST_ID, event};

use EvidenceKind::{
    Award, Charter, CollectionAssessment, Curriculum, FundedProject, Report, SupplierStatement,
    SustainabilityPlan,
};
use EvidenceStatus::{Draft, InForce, Withdrawn};

const FEED: &str = "evidence";

/// The trust's evidence: target, kind, title, status, and days after 1 September. Nothing is filed for target 3, and only
/// a draft for 12, so that the scoreboard has every state.
const OF_TRUST: &[(u8, EvidenceKind, &str, EvidenceStatus, u64)] = &[
    (2, Award, "RED Award", InForce, 60),
    (2, Charter, "Equality and Diversity Charter", InForce, 75),
    (
        8,
        SupplierStatement,
        "Caterer: sustainable food statement",
        InForce,
        40,
    ),
    (
        8,
        SupplierStatement,
        "Cleaning contractor: carbon reduction plan",
        InForce,
        47,
    ),
    (
        8,
        SupplierStatement,
        "Waste contractor: duty of care and routes",
        InForce,
        52,
    ),
    (
        8,
        SupplierStatement,
        "Stationer: recycled paper statement",
        Withdrawn,
        58,
    ),
    (
        8,
        SupplierStatement,
        "Coach operator: fleet plan",
        Draft,
        70,
    ),
    (11, Report, "Reserves policy and forecast", InForce, 210),
    (12, Report, "Flood and heat risk review", Draft, 160),
    (
        13,
        FundedProject,
        "LED lighting at three primaries",
        InForce,
        100,
    ),
    (
        13,
        FundedProject,
        "Boiler controls at Wetherholme Academy",
        InForce,
        150,
    ),
];

impl MadeUpTrust {
    /// The evidence filed from `from` up to, not including, `to`.
    pub fn evidence(&self, from: NaiveDate, to: NaiveDate) -> Vec<Event> {
        let filed = years(from, to).flat_map(|year| {
            let of_schools = self
                .schools
                .iter()
                .flat_map(move |school| of_school(school, year));
            let of_trust = self.schools.iter().take(1).flat_map(move |first| {
                let evidence = OF_TRUST.iter();
                evidence.map(move |(kpi, kind, title, status, days)| {
                    filed(first, year, *days, *kpi, *kind, title, *status)
                })
            });
            of_schools.chain(of_trust)
        });
        let (starts, ends) = (SettlementDay(from).starts(), SettlementDay(to).starts());
        filed
            .filter(|event| (starts..=ends).contains(&event.time))
            .collect()
    }
}

/// The evidence of a school. One school has no plan yet, and two have a draft. One has an assessment by its waste
/// collector that allows paper with the other dry recycling.
fn of_school(school: &School, year: AcademicYear) -> Vec<Event> {
    let plan = match school.number {
        12 => None,
        7 | 14 => Some(Draft),
        _ => Some(InForce),
    };
    let days = 20 + school.number;
    let title = "Environmental Sustainability Plan";
    let plan = plan.map(|status| filed(school, year, days, 10, SustainabilityPlan, title, status));
    let lessons = (!school.number.is_multiple_of(4)).then(|| {
        filed(
            school,
            year,
            days + 30,
            10,
            Curriculum,
            "Climate in the curriculum map",
            InForce,
        )
    });
    // One school has only a draft of its clubs' participation, so that target 1 is missed by one school.
    let clubs = match school.number {
        9 => Draft,
        _ => InForce,
    };
    let of_every = [
        (1, "Clubs and enrichment: participation", clubs),
        (4, "Community Engagement model", InForce),
    ];
    let of_every = of_every
        .map(|(kpi, title, status)| filed(school, year, days + 45, kpi, Report, title, status));
    let assessment = (school.number == 7).then(|| {
        filed(
            school,
            year,
            days,
            6,
            CollectionAssessment,
            "Waste contractor: paper and card with dry recycling",
            InForce,
        )
    });
    let all = plan.into_iter().chain(lessons).chain(of_every);
    all.chain(assessment).collect()
}

fn filed(
    school: &School,
    year: AcademicYear,
    days: u64,
    kpi: u8,
    kind: EvidenceKind,
    title: &str,
    status: EvidenceStatus,
) -> Event {
    let dated = year.first_day() + Days::new(days);
    let slug = title.to_lowercase().replace([' ', ':'], "-");
    let data = EvidenceFiled {
        kpi,
        kind,
        title: title.to_owned(),
        status,
        dated,
        // A funded project does not lapse; everything else is to be renewed within two months of the next year.
        expires: (kind != FundedProject).then(|| year.last_day() + Days::new(61)),
        link: Some(format!(
            "https://{TRUST_ID}.example/{}/{slug}",
            school.slug()
        )),
    };
    let id = format!("{}-{kpi}-{slug}-{}", school.urn, year.path());
    let time = SettlementDay(dated).ends();
    event(FEED, id, time, Some(school.urn), Data::EvidenceFiled(data))
}

#[cfg(test)]
mod tests {
    use super::super::calendar::date;
    use super::*;

    /// On any day the demo may be started, within its first academic year or later.
    #[test]
    fn some_targets_are_met_some_are_not_and_one_has_no_evidence() {
        let trust = MadeUpTrust::new(7, date(2026, 11, 22));
        let filed: Vec<EvidenceFiled> = trust
            .evidence(date(2025, 9, 1), date(2026, 11, 22))
            .into_iter()
            .filter_map(|event| match event.data {
                Data::EvidenceFiled(filed) => Some(filed),
                _ => None,
            })
            .collect();
        let of = |kpi: u8| filed.iter().filter(move |filed| filed.kpi == kpi);
        assert_eq!(of(3).count(), 0);
        assert!(of(12).count() > 0 && of(12).all(|filed| filed.status == Draft));
        assert!(
            of(1).any(|filed| filed.status == Draft) && of(4).all(|filed| filed.status == InForce)
        );
        assert!(of(8).any(|filed| filed.status == InForce));
        assert!(of(13).all(|filed| filed.status == InForce && filed.expires.is_none()));
    }
}
