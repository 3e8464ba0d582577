//! The scoreboard as gauges: the state of each target, and the day on which evidence expires.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{EvidenceKind, SettlementDay, Urn};
use footprint::{EvidenceScore, EvidenceState, Scoreboard};

use super::exposition::{Exposition, label};
use super::shown_trust::ShownTrust;
use crate::format;
use crate::rollup::TrustView;

pub(super) fn write(text: &mut Exposition, shown: &[ShownTrust]) {
    let scored: Vec<(&ShownTrust, Scoreboard)> = shown
        .iter()
        .map(|trust| (trust, trust.view.scoreboard()))
        .collect();
    let mut family = text.gauge(
        "greenledger_trust_kpi_state",
        "1 for the state that a target of the plan is in; the other states are absent.",
    );
    for (trust, board) in &scored {
        for kpi in &board.kpis {
            let (number, state) = (kpi.number.to_string(), format::snake(kpi.verdict));
            family.sample_with(&trust.labels, &[("kpi", &number), ("state", &state)], 1.0);
        }
    }
    let mut family = text.gauge(
        "greenledger_school_kpi_state",
        "1 for the state that a school is in on a target that asks something of it; the other states are absent.",
    );
    for (trust, board) in &scored {
        for kpi in &board.kpis {
            for school in &kpi.schools {
                let labels = school_labels(&trust.view, school.urn, &school.school);
                let (number, state) = (kpi.number.to_string(), format::snake(school.verdict));
                let more = [
                    ("period", trust.period),
                    ("kpi", &number),
                    ("state", &state),
                ];
                family.sample_with(&labels, &more, 1.0);
            }
        }
    }
    let mut family = text.gauge(
        "greenledger_school_evidence_expires_timestamp_seconds",
        "When the first of the evidence in force of one kind for one target expires.",
    );
    for (trust, board) in scored.iter().filter(|(trust, _)| trust.trailing) {
        for school in &trust.view.schools {
            let labels = school_labels(&trust.view, school.urn, &school.school);
            for ((kpi, kind), last) in first_to_expire(board, school.urn) {
                let more = [("kpi", &*kpi.to_string()), ("kind", &format::snake(kind))];
                let ends = SettlementDay(last).ends().timestamp();
                family.sample_with(&labels, &more, ends as f64);
            }
        }
    }
}

fn school_labels(view: &TrustView, urn: Urn, name: &str) -> String {
    format!(
        "{},{},{}",
        label("trust", &view.trust.id),
        label("urn", &urn.to_string()),
        label("school", name)
    )
}

/// The earliest expiry of the evidence that is filed under a school and in force, by target and kind.
fn first_to_expire(board: &Scoreboard, urn: Urn) -> BTreeMap<(u8, EvidenceKind), NaiveDate> {
    let mut first: BTreeMap<(u8, EvidenceKind), NaiveDate> = BTreeMap::new();
    let mut take = |kpi: u8, filed: &EvidenceScore| {
        let counts = filed.urn == urn && filed.state == EvidenceState::InForce;
        if let Some(last) = filed.expires.filter(|_| counts) {
            let held = first.entry((kpi, filed.kind)).or_insert(last);
            *held = last.min(*held);
        }
    };
    for kpi in &board.kpis {
        let of_school = kpi.of_school(urn).into_iter();
        let of_school = of_school.flat_map(|school| &school.evidence);
        kpi.evidence
            .iter()
            .chain(of_school)
            .for_each(|filed| take(kpi.number, filed));
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
    fn of_evidence_in_force_the_first_to_expire_tells_its_day() {
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
