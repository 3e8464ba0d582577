use super::*;
use crate::fixtures;

#[test]
fn a_member_without_any_figures_of_a_year_is_missed_in_it_and_one_that_joined_later_is_not() {
    let whole = || fixtures::footprints().into_iter();
    let is_of = |footprint: &Footprint, n: usize, period: &str| {
        footprint.urn == fixtures::school(n).urn && footprint.period.key() == period
    };
    let without = FootprintStore::of(whole().filter(|footprint| !is_of(footprint, 4, "2025-26")));
    let view = without.view(fixtures::TRUST, "2025-26", 0.24).unwrap();
    let name = fixtures::school(4).school;
    let reason = format!("Not enough data: {name} has no figures of this period");
    assert_eq!(view.sufficiency.reason(), Some(reason.clone()));
    assert!(!view.is_complete() && view.incomplete().contains(&reason));
    assert_eq!(view.tonnes_per_pupil(), None);
    // Other periods have figures of the school.
    let trailing = without.view(fixtures::TRUST, "trailing-12-months", 0.24);
    assert!(trailing.unwrap().sufficiency.without_figures.is_empty());
    let joined = whole()
        .filter(|footprint| !is_of(footprint, 4, "2025-26"))
        .map(|footprint| Footprint {
            joined: "2026-09-01".parse().unwrap(),
            ..footprint
        });
    let view = FootprintStore::of(joined).view(fixtures::TRUST, "2025-26", 0.24);
    assert!(view.unwrap().sufficiency.without_figures.is_empty());
}

#[test]
fn an_older_footprint_is_ignored() {
    let (mut newer, mut older) = (fixtures::school(0), fixtures::school(0));
    newer.position = [("readings".to_owned(), 20)].into();
    older.position = [("readings".to_owned(), 10)].into();
    older.school = "A zombie's".to_owned();
    let mut footprint_store = FootprintStore::of([newer.clone()]);
    assert_eq!(footprint_store.take(older.key(), older), Outcome::Older);
    assert_eq!(
        footprint_store
            .footprints()
            .next()
            .map(|footprint| footprint.school.clone()),
        Some(newer.school)
    );
}

#[test]
fn a_log_made_anew_counts_from_0_and_hides_nothing() {
    let at = |log: i64, offset: i64| {
        let mut footprint = fixtures::school(0);
        footprint.position = [("readings".to_owned(), offset)].into();
        if log > 0 {
            footprint.position.insert(footprint::LOG.to_owned(), log);
        }
        footprint
    };
    let mut footprint_store = FootprintStore::of([at(0, 1_000)]);
    let mut take = |footprint: Footprint| footprint_store.take(footprint.key(), footprint);
    assert_eq!(take(at(1, 3)), Outcome::Taken);
    // A zombie process that is still reading an earlier log, however far it is.
    assert_eq!(take(at(0, 2_000)), Outcome::Older);
    assert_eq!(take(at(1, 2)), Outcome::Older);
    assert_eq!(take(at(2, 0)), Outcome::Taken);
}

#[test]
fn a_part_of_the_store_names_no_school_that_a_meter_went_to() {
    let footprint_store = FootprintStore::of(fixtures::footprints());
    let moved_to = |footprint_store: &FootprintStore| {
        let findings = footprint_store
            .footprints()
            .flat_map(|footprint| footprint.findings.clone());
        let to = |finding: Finding| match finding.what {
            Odd::Moved { to, .. } => Some(to),
            _ => None,
        };
        findings.filter_map(to).collect::<Vec<_>>()
    };
    assert!(moved_to(&footprint_store).iter().any(Option::is_some));
    let urns = footprint_store
        .footprints()
        .map(|footprint| footprint.urn)
        .collect();
    for part in [
        footprint_store.part_of_trust(fixtures::TRUST),
        footprint_store.part_of_schools(&urns),
    ] {
        assert_eq!(moved_to(&part).len(), moved_to(&footprint_store).len());
        assert!(moved_to(&part).iter().all(Option::is_none));
    }
}

#[test]
fn a_tombstone_deletes_and_a_trust_whose_name_begins_like_another_is_another() {
    let mut footprint_store = FootprintStore::of(fixtures::footprints());
    let mut other = fixtures::school(0);
    other.trust.id.push_str("-two");
    let key = other.key();
    let before = footprint_store.of_trust(fixtures::TRUST).count();
    footprint_store.take(key.clone(), other);
    assert_eq!(footprint_store.of_trust(fixtures::TRUST).count(), before);
    footprint_store.forget(&key);
    assert_eq!(footprint_store.trusts().len(), 1);
}
