use events::{Place, Refusal};
use serde_json::json;

use super::*;
use crate::fixtures;

fn now() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

fn record(key: &str, days_ago: i64, rule: Rule, event: Value) -> StoredRecord {
    let rejected = RejectedEvent {
        refusals: vec![Refusal::new("/id", rule, "1", "hint")],
        received: now() - TimeDelta::days(days_ago),
        by: "heron".to_owned(),
        source: "s".to_owned(),
        id: key.to_owned(),
        event,
    };
    StoredRecord {
        payload: serde_json::to_vec(&rejected).ok(),
        ..taken_in(key)
    }
}

fn taken_in(key: &str) -> StoredRecord {
    StoredRecord {
        topic: Topic::Rejected,
        place: Place {
            partition: 0,
            offset: 0,
        },
        key: key.to_owned(),
        headers: Vec::new(),
        payload: None,
    }
}

/// Two events name the school, and one names its meter; the others are older, out of scope, of another school or of none.
#[test]
fn recently_rejected_events_that_name_a_school_or_its_meters_are_counted() {
    let school = fixtures::school(1);
    let (urn, meter) = (school.urn.to_string(), school.meters[0].meter.to_string());
    let of_school = json!({ "subject": urn });
    let of_meter = json!({ "data": { "meter": meter } });
    let rejected = Rejected::default();
    let counted = |rejected: &Rejected| rejected.for_school(&school, now()).unwrap();
    assert_eq!(counted(&rejected), RejectedLately::Unknown);
    let take = |record: StoredRecord| rejected.known().take(&record, now(), MOST);
    take(record("1", 0, Rule::Conflict, of_school.clone()));
    take(record("2", 29, Rule::Schema, of_school.clone()));
    take(record("3", 1, Rule::Negative, of_meter));
    take(record("4", 31, Rule::Conflict, of_school.clone()));
    take(record("5", 1, Rule::OutOfScope, of_school.clone()));
    take(record(
        "6",
        1,
        Rule::Conflict,
        json!({ "subject": "900999" }),
    ));
    take(record("7", 1, Rule::FileRow, json!({ "row": 17 })));
    take(record("8", 1, Rule::Unreadable, json!("{")));
    rejected.known().caught_up = true;
    assert_eq!(counted(&rejected), RejectedLately::Count(3));
    // One is rejected again, and one is accepted.
    take(record("1", 0, Rule::Conflict, of_school));
    take(taken_in("2"));
    assert_eq!(counted(&rejected), RejectedLately::Count(2));
    let later = now() + TimeDelta::days(LATELY_DAYS);
    assert_eq!(
        rejected.for_school(&school, later),
        Some(RejectedLately::Count(1))
    );
}

#[test]
fn rejections_over_the_limit_are_dropped_and_reported() {
    let school = fixtures::school(1);
    let event = json!({ "subject": school.urn.to_string() });
    let mut known = Known {
        caught_up: true,
        ..Known::default()
    };
    for days_ago in [3, 2, 1] {
        let key = days_ago.to_string();
        known.take(
            &record(&key, days_ago, Rule::Conflict, event.clone()),
            now(),
            2,
        );
    }
    assert_eq!(
        known.about(school.urn, &BTreeSet::new(), now()),
        RejectedLately::AtLeast(2)
    );
    assert_eq!((known.by_key.len(), known.by_time.len()), (2, 2));
}

#[test]
fn other_days_and_a_trust_that_the_school_has_left_have_no_rejections() {
    let rejected = Rejected::default();
    let mut school = fixtures::school(1);
    school.member.to = school.member.from;
    assert_eq!(rejected.for_school(&school, now()), None);
    let years = fixtures::footprints();
    let year = years
        .iter()
        .find(|one| !matches!(one.period, Period::Trailing { .. }));
    assert_eq!(rejected.for_school(year.unwrap(), now()), None);
}
