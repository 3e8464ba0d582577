//! Remote write's messages, as protocol buffers compressed by snappy.
//!
//! The structs are the parts of `prometheus.WriteRequest` (remote write 1.0) and `io.prometheus.write.v2.Request` (2.0) that
//! gauges need, with the field numbers of the specifications: <https://prometheus.io/docs/specs/prw/remote_write_spec/> and
//! <https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/>.

use std::collections::BTreeMap;

use prost::Message;

use super::plan::Addition;
use super::series::Written;
use crate::config::Protocol;

/// A series as the receiver knows it, with the samples of one request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// In the order of their names, `__name__` first.
    pub labels: Vec<(String, String)>,
    pub unit: &'static str,
    pub help: &'static str,
    /// Milliseconds since 1970 and values, in the order of time.
    pub samples: Vec<(i64, f64)>,
}

/// The label that numbers the values that are added up.
const CORRECTION: &str = "correction";

/// The lines of some additions: each under every name of its metric.
pub(crate) fn lines(additions: &[Addition<'_>]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let is_of_one = |one: &Addition<'_>, other: &Addition<'_>| {
        one.series == other.series && one.correction == other.correction
    };
    for of_one in additions.chunk_by(is_of_one) {
        let Some(first) = of_one.first() else {
            continue;
        };
        for written in first.series.metric.written() {
            let samples = of_one.iter();
            lines.push(Line {
                labels: labels(first, written),
                unit: written.unit,
                help: written.help,
                samples: samples
                    .map(|one| (one.time, one.value * written.times))
                    .collect(),
            });
        }
    }
    lines
}

fn labels(addition: &Addition<'_>, written: &Written) -> Vec<(String, String)> {
    let mut labels: BTreeMap<String, String> = addition.series.labels.clone();
    labels.insert("__name__".to_owned(), written.name.to_owned());
    labels.insert(CORRECTION.to_owned(), addition.correction.to_string());
    labels.into_iter().collect()
}

/// Splits lines so that no part has more than `most` samples.
pub(crate) fn batches(lines: Vec<Line>, most: usize) -> Vec<Vec<Line>> {
    let mut batches: Vec<Vec<Line>> = Vec::new();
    let mut room = 0;
    for line in lines {
        let mut rest = line.samples.as_slice();
        while !rest.is_empty() {
            if room == 0 {
                batches.push(Vec::new());
                room = most;
            }
            let (now, later) = rest.split_at(rest.len().min(room));
            let part = Line {
                samples: now.to_vec(),
                ..line.clone()
            };
            batches
                .last_mut()
                .into_iter()
                .for_each(|batch| batch.push(part.clone()));
            room -= now.len();
            rest = later;
        }
    }
    batches
}

/// How many samples there are.
pub(crate) fn count(lines: &[Line]) -> usize {
    lines.iter().map(|line| line.samples.len()).sum()
}

/// The body of a request.
pub(crate) fn body(lines: &[Line], protocol: Protocol) -> Result<Vec<u8>, snap::Error> {
    let message = match protocol {
        Protocol::V1 => v1::WriteRequest::of(lines).encode_to_vec(),
        Protocol::V2 => v2::Request::of(lines).encode_to_vec(),
    };
    snap::raw::Encoder::new().compress_vec(&message)
}

/// The headers that name the message.
pub(crate) fn headers(protocol: Protocol) -> [(&'static str, &'static str); 3] {
    let (content_type, version) = match protocol {
        Protocol::V1 => ("application/x-protobuf", "0.1.0"),
        Protocol::V2 => (
            "application/x-protobuf;proto=io.prometheus.write.v2.Request",
            "2.0.0",
        ),
    };
    [
        ("content-type", content_type),
        ("content-encoding", "snappy"),
        ("x-prometheus-remote-write-version", version),
    ]
}

/// Remote write 1.0.
pub(crate) mod v1 {
    use super::Line;

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct WriteRequest {
        #[prost(message, repeated, tag = "1")]
        pub timeseries: Vec<TimeSeries>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct TimeSeries {
        #[prost(message, repeated, tag = "1")]
        pub labels: Vec<Label>,
        #[prost(message, repeated, tag = "2")]
        pub samples: Vec<Sample>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Label {
        #[prost(string, tag = "1")]
        pub name: String,
        #[prost(string, tag = "2")]
        pub value: String,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Sample {
        #[prost(double, tag = "1")]
        pub value: f64,
        #[prost(int64, tag = "2")]
        pub timestamp: i64,
    }

    impl WriteRequest {
        pub(crate) fn of(lines: &[Line]) -> Self {
            let label = |(name, value): &(String, String)| Label {
                name: name.clone(),
                value: value.clone(),
            };
            let of_line = |line: &Line| TimeSeries {
                labels: line.labels.iter().map(label).collect(),
                samples: super::samples(line, |timestamp, value| Sample { value, timestamp }),
            };
            WriteRequest {
                timeseries: lines.iter().map(of_line).collect(),
            }
        }
    }
}

/// Remote write 2.0: every text once, in a table.
pub(crate) mod v2 {
    use std::collections::HashMap;

    use super::Line;

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Request {
        #[prost(string, repeated, tag = "4")]
        pub symbols: Vec<String>,
        #[prost(message, repeated, tag = "5")]
        pub timeseries: Vec<TimeSeries>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct TimeSeries {
        /// Places in the table: a name, its value, the next name, …
        #[prost(uint32, repeated, tag = "1")]
        pub labels_refs: Vec<u32>,
        #[prost(message, repeated, tag = "2")]
        pub samples: Vec<Sample>,
        #[prost(message, optional, tag = "5")]
        pub metadata: Option<Metadata>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Sample {
        #[prost(double, tag = "1")]
        pub value: f64,
        #[prost(int64, tag = "2")]
        pub timestamp: i64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Metadata {
        #[prost(int32, tag = "1")]
        pub kind: i32,
        #[prost(uint32, tag = "3")]
        pub help_ref: u32,
        #[prost(uint32, tag = "4")]
        pub unit_ref: u32,
    }

    /// `METRIC_TYPE_GAUGE`
    const GAUGE: i32 = 2;

    #[derive(Default)]
    struct Symbols<'a> {
        places: HashMap<&'a str, u32>,
        all: Vec<String>,
    }

    impl<'a> Symbols<'a> {
        fn place(&mut self, text: &'a str) -> u32 {
            *self.places.entry(text).or_insert_with(|| {
                self.all.push(text.to_owned());
                self.all.len() as u32 - 1
            })
        }
    }

    impl Request {
        pub(crate) fn of(lines: &[Line]) -> Self {
            let mut symbols = Symbols::default();
            // The first entry is the empty text, which stands for none.
            symbols.place("");
            let mut timeseries = Vec::new();
            for line in lines {
                let texts = line.labels.iter().flat_map(|(name, value)| [name, value]);
                timeseries.push(TimeSeries {
                    labels_refs: texts.map(|text| symbols.place(text)).collect(),
                    samples: super::samples(line, |timestamp, value| Sample { value, timestamp }),
                    metadata: Some(Metadata {
                        kind: GAUGE,
                        help_ref: symbols.place(line.help),
                        unit_ref: symbols.place(line.unit),
                    }),
                });
            }
            Request {
                symbols: symbols.all,
                timeseries,
            }
        }
    }
}

fn samples<S>(line: &Line, sample: fn(i64, f64) -> S) -> Vec<S> {
    let samples = line.samples.iter();
    samples.map(|(time, value)| sample(*time, *value)).collect()
}

#[cfg(test)]
mod tests;
