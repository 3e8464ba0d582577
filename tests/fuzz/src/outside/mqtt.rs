//! Messages of MQTT: a line each, a topic and after a blank what it holds. Whatever comes, no register counts backwards.

use events::{Data, Event};
use ingest::fuzzing::mqtt_events;

pub fn messages(data: &[u8]) {
    let lines = data.split(|byte| *byte == b'\n');
    let messages: Vec<_> = lines
        .map(|line| {
            let end = line.iter().position(|byte| *byte == b' ');
            let (topic, payload) = line.split_at(end.unwrap_or(line.len()));
            let topic = String::from_utf8_lossy(topic).into_owned();
            (topic, payload.get(1..).unwrap_or_default().to_vec())
        })
        .collect();
    for text in mqtt_events(&messages) {
        let event = Event::parse(&text).expect("an event that can be read");
        let Data::MeterReadings(readings) = event.data else {
            panic!("registers come to readings: {text}");
        };
        let first = readings.values.iter().flatten();
        assert!(first.min_by(|a, b| a.total_cmp(b)).is_some_and(|least| *least >= 0.0));
    }
}
