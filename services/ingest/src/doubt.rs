//! Whether the register can be judged by: it may not be read in full yet.

use events::Rule;

use crate::admit::Admitted;

/// Why the register may lack something. Asked before judging: what is known only afterwards was not judged by.
pub(crate) enum Doubt {
    /// It is not read in full yet.
    Unread(String),
    /// It is not read yet; until it is, a copy that was whole once stands in.
    Copied(String),
}

impl Doubt {
    /// Why nothing that was judged by the register is to be kept; nothing if it was not, or could be.
    pub(crate) fn against(&self, admitted: &Admitted) -> Option<&str> {
        let by_register = [Rule::UnknownMeter, Rule::UnknownSchool, Rule::OutOfScope];
        let mut refused = admitted.refused.iter().flat_map(|one| &one.refusals);
        let refused_by_it = refused.any(|refusal| by_register.contains(&refusal.rule));
        let (why, stands) = match self {
            // A school or a meter may belong to another trust that is not known yet.
            Doubt::Unread(why) => (why, admitted.records.is_empty()),
            // What is known was true and may have become more. Readings that come under a school that their meter has left
            // since count nowhere, as if they had come before it left. Registrations would take what is not known yet.
            Doubt::Copied(why) => (why, admitted.registrations.is_empty()),
        };
        (refused_by_it || !stands).then_some(why)
    }
}

#[cfg(test)]
mod tests {
    use events::Event;

    use super::*;
    use crate::admit::admit;
    use crate::register::Register;
    use crate::testing::{MPAN, court, heron, meter_registered, register, school_registered};

    #[test]
    fn what_is_judged_by_a_register_in_doubt_is_not_kept() {
        let check = |known: &Register, events: &[Event], unread: bool, copied: bool| {
            let items: Vec<_> = events
                .iter()
                .map(|event| event.to_json().unwrap())
                .collect();
            let items: Vec<_> = items.iter().map(String::as_str).collect();
            let admitted = admit(&items, &court(&heron(), known));
            for (doubt, kept) in [
                (Doubt::Unread("why".to_owned()), unread),
                (Doubt::Copied("why".to_owned()), copied),
            ] {
                let wanted = (!kept).then_some("why");
                assert_eq!(doubt.against(&admitted), wanted, "{events:?}");
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
}
