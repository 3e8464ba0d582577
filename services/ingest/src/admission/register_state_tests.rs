//! Which parts of a request are kept while the register may be incomplete.

use events::Event;

use super::admit;
use crate::register::Register;
use crate::register::RegisterState;
use crate::testing::{MPAN, context, heron, meter_registered, register, school_registered};

#[test]
fn an_outcome_of_an_incomplete_register_is_not_kept() {
    let check = |known: &Register, events: &[Event], unread: bool, copied: bool| {
        let items: Vec<_> = events
            .iter()
            .map(|event| event.to_json().unwrap())
            .collect();
        let items: Vec<_> = items.iter().map(String::as_str).collect();
        let outcome = admit(&items, &context(&heron(), known));
        for (state, kept) in [
            (RegisterState::Unread("why".to_owned()), unread),
            (RegisterState::Copied("why".to_owned()), copied),
        ] {
            let wanted = (!kept).then_some("why");
            assert_eq!(outcome.unproven_by(&state), wanted, "{events:?}");
        }
    };
    let reading = |meter: &str| {
        let text = format!(
            r#"{{"specversion": "1.0", "id": "1", "source": "s", "type": "meter.readings.v1", "time": "2026-03-02T00:00:00Z",
            "data": {{"meter": "{meter}", "channel": "AI", "unit": "kWh", "interval": "PT30M", "day": "2026-03-01",
            "values": {}}}}}"#,
            serde_json::to_string(&vec![1.0; 48]).unwrap()
        );
        Event::parse(&text).unwrap()
    };
    let school = school_registered(100_003, "heron", "2026-03-01");
    let meter = meter_registered(100_001, MPAN, "2026-03-01", "2026-03-01", None);
    let (known, nothing) = (register(), Register::default());
    // The school may be known to Kafka, and may be another trust's.
    check(&nothing, std::slice::from_ref(&school), false, false);
    check(&known, &[reading(MPAN)], false, true);
    check(&known, &[school.clone(), reading(MPAN)], false, false);
    // The meter may be known to Kafka, and may be another trust's.
    check(&nothing, &[reading(MPAN)], false, false);
    check(&known, &[meter], false, false);
    check(
        &known,
        &[school, reading("mpan:2200012030374")],
        false,
        false,
    );
}
