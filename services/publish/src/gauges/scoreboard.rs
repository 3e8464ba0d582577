//! The scoreboard as gauges: the state of each target, and the day on which evidence expires.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{EvidenceKind, SettlementDay, Urn};
use footprint::{EvidenceState, Scoreboard};

use super::exposition::FamilyText;
use super::families::Labels;
use super::{school_labels, with_period};
use crate::catalogue::plan::{self, PlanFamily};
use crate::format;
use crate::rollup::TrustView;

/// The families of the scoreboard.
pub(super) struct Scoreboards {
    trust_states: FamilyText,
    school_states: FamilyText,
    expiries: FamilyText,
}

impl Scoreboards {
    pub(super) fn new() -> Self {
        let family = |of: PlanFamily| FamilyText::new(of.name.to_owned(), of.help);
        Scoreboards {
            trust_states: family(plan::TRUST_STATE),
            school_states: family(plan::SCHOOL_STATE),
            expiries: family(plan::EVIDENCE_EXPIRES),
        }
    }

    pub(super) fn add(&mut self, labels: &Labels, view: &TrustView) {
        let board = view.scoreboard();
        let of_school =
            |urn: Urn, name: &str| school_labels(&view.trust.id, &urn.to_string(), name);
        for kpi in &board.kpis {
            let (number, state) = (kpi.number.to_string(), format::snake(kpi.verdict));
            let more = plan::TRUST_STATE.labelled([&number, &state]);
            self.trust_states.sample(&labels.with_period, more, 1.0);
            for school in &kpi.schools {
                let state = format::snake(school.verdict);
                let own = of_school(school.urn, &school.school);
                let more = plan::SCHOOL_STATE.labelled([&number, &state]);
                let own = with_period(&own, labels.period);
                self.school_states.sample(&own, more, 1.0);
            }
        }
        if labels.is_trailing {
            let expiries = first_to_expire(&board);
            for school in &view.schools {
                let own = of_school(school.urn, &school.school);
                for ((kpi, kind), last) in expiries.get(&school.urn).into_iter().flatten() {
                    let (number, kind) = (kpi.to_string(), format::snake(*kind));
                    let more = plan::EVIDENCE_EXPIRES.labelled([&number, &kind]);
                    let ends = SettlementDay(*last).ends().timestamp();
                    self.expiries.sample(&own, more, ends as f64);
                }
            }
        }
    }

    pub(super) fn into_text(self) -> String {
        let families = [self.trust_states, self.school_states, self.expiries];
        families.map(FamilyText::into_text).concat()
    }
}

/// The earliest expiry of the evidence that is filed under each school and in force, by target and kind.
fn first_to_expire(board: &Scoreboard) -> BTreeMap<Urn, BTreeMap<(u8, EvidenceKind), NaiveDate>> {
    let mut first: BTreeMap<Urn, BTreeMap<_, _>> = BTreeMap::new();
    for kpi in &board.kpis {
        let of_schools = kpi.schools.iter().flat_map(|school| &school.evidence);
        let filed = kpi.evidence.iter().chain(of_schools);
        for filed in filed.filter(|filed| filed.state == EvidenceState::InForce) {
            let Some(last) = filed.expires else { continue };
            let of_school = first.entry(filed.urn).or_default();
            let earliest = of_school.entry((kpi.number, filed.kind)).or_insert(last);
            *earliest = last.min(*earliest);
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use events::EvidenceStatus;
    use footprint::EvidenceFigures;

    use super::super::gauges;
    use crate::fixtures;
    use crate::footprint_store::FootprintStore;

    fn with_prefix<'a>(text: &'a str, prefix: &str) -> Vec<&'a str> {
        let lines = text.lines();
        lines.filter(|line| line.starts_with(prefix)).collect()
    }

    #[test]
    fn every_target_is_in_one_state_a_period() {
        let text = gauges(
            &FootprintStore::of(fixtures::footprints()),
            &fixtures::config(),
        );
        let of_trust = with_prefix(&text, "greenledger_trust_kpi_state{");
        assert_eq!(of_trust.len(), 13 * 3, "three periods have a label");
        let stars =
            "{trust=\"calder-vale\",period=\"trailing-12-months\",kpi=\"9\",state=\"not_met\"} 1";
        assert!(of_trust.iter().any(|line| line.ends_with(stars)));
        let of_schools = with_prefix(&text, "greenledger_school_kpi_state{");
        assert_eq!(of_schools.len(), 6 * fixtures::SCHOOLS * 3);
    }

    #[test]
    fn the_gauge_has_the_day_of_the_first_evidence_in_force_to_expire() {
        let day = |month, day| chrono::NaiveDate::from_ymd_opt(2027, month, day);
        let filed = |title: &str, status, expires| EvidenceFigures {
            kpi: 10,
            kind: super::EvidenceKind::Curriculum,
            title: title.to_owned(),
            status,
            dated: fixtures::as_of() - chrono::Duration::days(30),
            expires,
            link: None,
        };
        let mut school = fixtures::school(0);
        school.evidence = vec![
            filed("a", EvidenceStatus::InForce, day(3, 31)),
            filed("b", EvidenceStatus::InForce, day(1, 31)),
            filed("c", EvidenceStatus::Draft, day(1, 1)),
            filed("d", EvidenceStatus::InForce, None),
        ];
        let text = gauges(&FootprintStore::of([school]), &fixtures::config());
        let lines = with_prefix(
            &text,
            "greenledger_school_evidence_expires_timestamp_seconds{",
        );
        // 1 February 2027, midnight in London's winter: 20,850 days after 1 January 1970.
        assert_eq!(lines.len(), 1);
        assert!(
            lines[0].ends_with("kpi=\"10\",kind=\"curriculum\"} 1801440000"),
            "{lines:?}"
        );
    }
}
