//! The bodies of requests, made before the clock starts.

use bytes::Bytes;

use crate::load::Load;

/// Bodies of the same number of events.
pub struct Bodies {
    pub batch: u64,
    bodies: Vec<Bytes>,
}

impl Bodies {
    pub fn new(load: &Load, batch: u64, requests: u64) -> Self {
        let line = |at| load.event(at).to_json().expect("JSON") + "\n";
        let body = |request| {
            let events = request * batch..(request + 1) * batch;
            Bytes::from(events.map(line).collect::<String>())
        };
        Bodies {
            batch,
            bodies: (0..requests).map(body).collect(),
        }
    }

    pub fn content_type(&self) -> &'static str {
        match self.batch {
            1 => "application/cloudevents+json",
            _ => "application/x-ndjson",
        }
    }

    pub fn all(&self) -> &[Bytes] {
        &self.bodies
    }

    /// As many as there are, and no more than `count`.
    pub fn first(&self, count: usize) -> &[Bytes] {
        &self.bodies[..count.min(self.bodies.len())]
    }

    /// The events of all bodies.
    pub fn events(&self) -> u64 {
        self.bodies.len() as u64 * self.batch
    }
}
