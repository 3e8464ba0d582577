//! Registrations within a request, and their effects on it.

use super::*;

#[test]
fn a_registration_is_known_to_the_rest_of_its_batch_and_no_earlier() {
    let new = "mprn:3938424403";
    let items = [
        reading("1", new, 1.0),
        meter(100_009, new),
        school(100_009, "heron"),
        meter(100_009, new),
        reading("2", new, 1.0),
        waste(100_009),
    ];
    let refused = [
        (0, "/data/meter", Rule::UnknownMeter),
        (1, "/subject", Rule::UnknownSchool),
    ];
    let outcome = check(&items, &heron(), &refused);
    assert_eq!(outcome.registrations.len(), 2);
    let mut register = register();
    outcome
        .registrations
        .iter()
        .for_each(|event| register.apply(event, now()));
    assert_eq!(judged(&items, &heron(), &register).refused.len(), 0);
}

#[test]
fn a_meter_is_known_on_the_days_of_its_registration_only() {
    let early =
        json!({ "meter": MPAN, "unit": "kWh", "start": "2017-12-31T23:30:00Z", "values": [1, 1] });
    let items = [event("meter.readings.v1", "1", None, early)];
    check(&items, &heron(), &[(0, "/data/start", Rule::UnknownMeter)]);
}

fn notes(outcome: &BatchOutcome) -> Vec<(usize, &str, &str)> {
    let notes = outcome.notes.iter();
    notes
        .map(|note| (note.index, note.about.as_str(), note.note.as_str()))
        .collect()
}

#[test]
fn a_meter_registered_elsewhere_leaves_its_school_before_the_answer() {
    let move_on = |day: &str| {
        let data = json!({ "meter": MPAN, "fuel": "electricity", "from": day });
        event(
            "meter.registered.v1",
            &format!("move-{day}"),
            Some(100_009),
            data,
        )
    };
    let items = [
        school(100_009, "heron"),
        move_on("2026-05-01"),
        reading("1", MPAN, 1.0),
    ];
    let outcome = check(&items, &heron(), &[]);
    let keys: Vec<_> = outcome
        .records
        .iter()
        .map(|record| (record.topic, record.key.as_str()))
        .collect();
    let register_of = |urn| (Topic::Register, urn);
    assert_eq!(
        keys,
        [
            register_of("100009"),
            register_of("100009"),
            register_of("100001"),
            (Topic::Readings, "100009"),
        ]
    );
    let ended = outcome.records[2].payload.as_deref().unwrap();
    let ended: events::MeterRegistered = serde_json::from_slice(ended).unwrap();
    let end = ended.to.map(|to| to.to_string());
    assert_eq!(
        (end.as_deref(), ended.moved_to),
        (Some("2026-04-30"), Some(urn(100_009)))
    );
    assert_eq!(
        outcome.accepted, 3,
        "the registration that follows from another is no event of the request"
    );
    let wanted = "mpan:2200012767323 belonged to 100001 without an end; its registration there now ends on 2026-04-30. \
                Readings of 2026-05-01 and later that came before this count nowhere until `greenledger reassign` moves them";
    assert_eq!(notes(&outcome), [(1, "meter-moved", wanted)]);

    let mut register = register();
    let learned = outcome.registrations.iter();
    learned.for_each(|event| register.apply(event, now()));
    let again = judged(&items, &heron(), &register);
    assert_eq!((again.records.len(), again.notes.len()), (3, 0));

    // Sent again with another day, and the first registration taken back: half of its time has passed.
    let data =
        json!({ "meter": MPAN, "fuel": "electricity", "from": "2026-05-01", "to": "2026-04-30" });
    let back = event("meter.registered.v1", "taken back", Some(100_009), data);
    let later = judged(&[move_on("2026-12-01"), back], &heron(), &register);
    assert_eq!(later.records.len(), 3);
    let wanted = "mpan:2200012767323 belonged to 100001 until 2026-04-30; its registration there now ends on 2026-11-30. \
                Readings of 2026-05-01 and later that came before this count nowhere until `greenledger reassign` moves them";
    let before = "mpan:2200012767323 is registered at 100009 from 2026-05-01 too, which now stands until the day before \
                  2026-12-01; if that was wrong, take it back with `from` 2026-05-01 and as `to` the day before it";
    assert_eq!(
        notes(&later),
        [(0, "registered-before", before), (1, "meter-moved", wanted)]
    );
    let ahead = judged(
        &[school(100_009, "heron"), move_on("2026-12-01")],
        &heron(),
        &testing::register(),
    );
    let wanted = "mpan:2200012767323 belonged to 100001 without an end; its registration there now ends on 2026-11-30";
    assert_eq!(notes(&ahead), [(1, "meter-moved", wanted)]);
}

#[test]
fn an_mprn_that_looks_mistyped_is_taken_with_a_note() {
    let check = |mprn: &str, wanted: &[(usize, &str, &str)]| {
        let outcome = check(&[meter(100_001, mprn)], &heron(), &[]);
        assert_eq!(outcome.accepted, 1);
        assert_eq!(notes(&outcome), wanted);
    };
    check("mprn:3938424403", &[]);
    check("serial:3938424404", &[]);
    let wanted = "mprn:3938424404: the last two digits of the MPRN are not its check digits; compare it with a bill";
    check("mprn:3938424404", &[(0, "check-digits", wanted)]);
}
