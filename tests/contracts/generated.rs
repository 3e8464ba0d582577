//! The schemas accept every event that Rust can write: random events fit their schema and read back equal.

use std::collections::BTreeMap;

use events::{Event, EventType};
use jsonschema::Validator;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::events_of::event;
use super::{check_round_trip, validator};

#[test]
fn an_event_of_any_type_fits_its_schema_and_reads_back_as_itself() {
    let validators: BTreeMap<EventType, Validator> =
        EventType::ALL.map(|kind| (kind, validator(kind))).into();
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(64)
    });
    for kind in EventType::ALL {
        let claim = |event: Event| {
            prop_assert!(event.check().is_ok(), "{:?}", event.check());
            check_round_trip(&validators[&event.data.kind()], &event).map_err(TestCaseError::fail)
        };
        runner
            .run(&event(kind), claim)
            .unwrap_or_else(|why| panic!("{}: {why}", kind.as_str()));
    }
}
