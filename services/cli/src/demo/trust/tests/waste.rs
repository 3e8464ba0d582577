//! Whether the made-up waste covers every case that can be shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use events::Place;
use footprint::ledger::{Identity, Origin};
use footprint::waste::Fraction;
use footprint::{
    Footprint, Method, RecyclingLack, SchoolEvent, SchoolHistory, Subject, Verdict, footprints,
};

use super::*;

/// The trailing twelve months of every school, from its waste and evidence only.
fn computed() -> Vec<Footprint> {
    let trust = trust();
    let (from, to) = (date(2025, 9, 1), trust.started);
    let mut histories: BTreeMap<Urn, SchoolHistory> = BTreeMap::new();
    let collections = [
        trust.register(to),
        trust.waste(from, to),
        trust.evidence(from, to),
    ];
    for (number, event) in (0..).zip(collections.into_iter().flatten()) {
        let identity = Identity {
            source: event.source.as_str().into(),
            id: event.id.as_str().into(),
        };
        let day = match &event.data {
            Data::WasteCollected(waste) => waste.collected_on,
            _ => from,
        };
        let place = Place {
            partition: 0,
            offset: number,
        };
        let origin = Origin {
            received: number,
            place,
            token: Arc::from("demo"),
        };
        let school_event = SchoolEvent {
            day,
            issued: event.time.timestamp_micros(),
            origin,
            data: event.data,
        };
        let history = histories.entry(event.subject.unwrap()).or_default();
        history.add(identity, school_event);
    }
    let position = BTreeMap::new();
    let subjects: Vec<_> = histories
        .iter()
        .map(|(urn, history)| Subject {
            urn: *urn,
            history,
            position: &position,
        })
        .collect();
    let all = footprints(&subjects, &Method::published().unwrap(), to).unwrap();
    all.into_iter()
        .filter(|footprint| footprint.period.key() == "trailing-12-months")
        .collect()
}

#[test]
fn one_site_has_no_food_bin_one_cannot_show_that_paper_may_be_mixed_and_one_can() {
    let schools = computed();
    let judged = |number: usize| &schools[number - 1].waste.simpler_recycling;
    let of = |verdict| {
        let has_verdict =
            |school: &&Footprint| school.waste.simpler_recycling.verdict == Some(verdict);
        schools.iter().filter(has_verdict).count()
    };
    let counts = [Verdict::Met, Verdict::NotMet, Verdict::NotEvidenced].map(of);
    assert_eq!(counts, [13, 1, 1]);
    assert!(matches!(
        judged(12).missing[0],
        RecyclingLack::Collection {
            of: Fraction::Food,
            ..
        }
    ));
    assert_eq!(judged(14).missing[0], RecyclingLack::PaperAssessment);
    assert_eq!(judged(7).verdict, Some(Verdict::Met));
}

#[test]
fn bins_are_missed_loads_are_refused_and_contamination_is_known_of_most() {
    let schools = computed();
    let missed: Vec<u32> = schools
        .iter()
        .map(|school| school.waste.missed_lifts)
        .collect();
    assert!(missed[4] > 5 && missed[10] > 5, "{missed:?}");
    let refused: u32 = schools
        .iter()
        .map(|school| school.waste.rejected_loads)
        .sum();
    assert!((1..20).contains(&refused), "{refused}");
    let contamination: Vec<_> = schools
        .iter()
        .map(|school| school.waste.contamination_ratio())
        .collect();
    let known = contamination.iter().flatten();
    assert_eq!(known.clone().count(), 12, "{contamination:?}");
    assert!(
        known.into_iter().all(|ratio| (0.001..0.2).contains(ratio)),
        "{contamination:?}"
    );
    let per_pupil = schools.iter().filter_map(Footprint::waste_kg_per_pupil);
    let per_pupil: Vec<f64> = per_pupil.collect();
    assert!(
        per_pupil.iter().all(|kg| (10.0..60.0).contains(kg)),
        "{per_pupil:?}"
    );
}
