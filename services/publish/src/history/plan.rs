//! A plan: every value that one slice of the history has for the receiver, and which of them it has acknowledged.
//!
//! A receiver cannot be relied on to replace a value: Prometheus keeps one of two values for a time and does not say which. So
//! values are only ever added. The first one is written with `correction="0"`; when the figure changes, the difference is
//! written with the next number, and the sum over the corrections is the figure.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::intensities::Amount;
use super::series::{Metric, Series, Wanted};

/// Differences below this share of a value come from arithmetic, and are not corrections.
const SAME: f64 = 1e-9;

/// Everything that is to be sent of a slice.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Plan {
    pub series: BTreeMap<Series, BTreeMap<i64, Sample>>,
    /// What a trust's intensities are made of.
    pub amounts: Vec<Amount>,
}

/// The value at one time: the first, and what was added to it since.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sample {
    pub values: Vec<f64>,
    /// How many of them the receiver has acknowledged.
    pub acknowledged: usize,
}

/// One value to send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Addition<'a> {
    pub series: &'a Series,
    pub correction: usize,
    pub time: i64,
    pub value: f64,
}

impl Sample {
    fn sum(&self) -> f64 {
        self.values.iter().sum()
    }

    fn brought_to(&mut self, value: f64) {
        let sum = self.sum();
        let is_same = (value - sum).abs() <= SAME * value.abs().max(sum.abs()).max(1.0);
        if self.values.is_empty() {
            self.values.push(value);
        } else if !is_same {
            self.values.push(value - sum);
        }
    }
}

impl Plan {
    /// The plan after this one: what is known already, and what has to be added so that the sums are the wanted values. A value
    /// that is no longer wanted is brought to zero and marked as withdrawn.
    pub(crate) fn next(&self, wanted: &Wanted, amounts: Vec<Amount>) -> Plan {
        let mut next = Plan {
            series: self.series.clone(),
            amounts,
        };
        let measured = self.series.iter();
        let measured = measured.filter(|(series, _)| series.metric != Metric::Withdrawn);
        for (series, samples) in measured {
            let values = wanted.get(series);
            for time in samples.keys() {
                if values.is_none_or(|values| !values.contains_key(time)) {
                    next.bring(series, *time, 0.0);
                    next.bring(&series.withdrawn(), *time, 1.0);
                }
            }
        }
        for (series, values) in wanted {
            let withdrawn = series.withdrawn();
            let were_withdrawn = self.series.get(&withdrawn);
            for (time, value) in values {
                next.bring(series, *time, *value);
                if were_withdrawn.is_some_and(|samples| samples.contains_key(time)) {
                    next.bring(&withdrawn, *time, 0.0);
                }
            }
        }
        next
    }

    fn bring(&mut self, series: &Series, time: i64, value: f64) {
        if !self.series.contains_key(series) {
            self.series.insert(series.clone(), BTreeMap::new());
        }
        if let Some(samples) = self.series.get_mut(series) {
            samples.entry(time).or_default().brought_to(value);
        }
    }

    /// The same plan once the receiver has acknowledged all of it.
    pub(crate) fn acknowledged(mut self) -> Plan {
        for sample in self.series.values_mut().flat_map(BTreeMap::values_mut) {
            sample.acknowledged = sample.values.len();
        }
        self
    }

    /// What the receiver has not acknowledged, series by series, each in the order of time.
    pub(crate) fn unsent(&self) -> Vec<Addition<'_>> {
        self.additions(|sample, correction| correction >= sample.acknowledged)
    }

    /// Everything, sent or not.
    pub(crate) fn all(&self) -> Vec<Addition<'_>> {
        self.additions(|_, _| true)
    }

    fn additions(&self, picked: impl Fn(&Sample, usize) -> bool) -> Vec<Addition<'_>> {
        let mut additions = Vec::new();
        for (series, samples) in &self.series {
            let begun = additions.len();
            for (time, sample) in samples {
                for (correction, value) in sample.values.iter().enumerate() {
                    if picked(sample, correction) {
                        additions.push(Addition {
                            series,
                            correction,
                            time: *time,
                            value: *value,
                        });
                    }
                }
            }
            if let Some(of_series) = additions.get_mut(begun..) {
                of_series.sort_by_key(|addition| (addition.correction, addition.time));
            }
        }
        additions
    }

    /// Whether it has a value that the earlier plan has not.
    pub(crate) fn adds_to(&self, earlier: &Plan) -> bool {
        let count = |plan: &Plan| -> usize {
            let samples = plan.series.values().flat_map(BTreeMap::values);
            samples.map(|sample| sample.values.len()).sum()
        };
        count(self) > count(earlier)
    }
}

/// A plan as it is stored. Numbers are text: as JSON numbers they may come back a digit different, and a value that is sent
/// again has to be the same.
#[derive(Serialize, Deserialize)]
struct Stored {
    series: Vec<StoredSeries>,
    amounts: Vec<Amount>,
}

#[derive(Serialize, Deserialize)]
struct StoredSeries {
    series: Series,
    samples: Vec<(i64, usize, Vec<String>)>,
}

impl Plan {
    /// JSON, gzipped.
    pub(crate) fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let sample = |(time, sample): (&i64, &Sample)| {
            let values = sample.values.iter().map(f64::to_string).collect();
            (*time, sample.acknowledged, values)
        };
        let of_series = |(series, samples): (&Series, &BTreeMap<i64, Sample>)| StoredSeries {
            series: series.clone(),
            samples: samples.iter().map(sample).collect(),
        };
        let stored = Stored {
            series: self.series.iter().map(of_series).collect(),
            amounts: self.amounts.clone(),
        };
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&serde_json::to_vec(&stored)?)?;
        gzip.finish()
    }

    /// A stored plan; none if the bytes are none.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Plan> {
        let mut json = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut json).ok()?;
        let stored: Stored = serde_json::from_slice(&json).ok()?;
        let mut series = BTreeMap::new();
        for of_series in stored.series {
            let mut samples = BTreeMap::new();
            for (time, acknowledged, values) in of_series.samples {
                let values: Result<Vec<f64>, _> = values.iter().map(|text| text.parse()).collect();
                let values = values.ok()?;
                samples.insert(
                    time,
                    Sample {
                        values,
                        acknowledged,
                    },
                );
            }
            series.insert(of_series.series, samples);
        }
        let amounts = stored.amounts;
        Some(Plan { series, amounts })
    }
}

#[cfg(test)]
mod tests;
