use super::super::plan::Plan;
use super::super::series::{Metric, Series, Wanted};
use super::*;

fn plan(samples: i64) -> Plan {
    let series = |urn: &str| Series::new(Metric::HalfHour, [("urn", urn.to_owned())]);
    let values = |from: i64| {
        (0..samples)
            .map(|n| (from + n * 1_800_000, n as f64))
            .collect()
    };
    let wanted = Wanted::from([(series("100371"), values(0)), (series("100372"), values(5))]);
    Plan::default().next(&wanted, Vec::new())
}

fn line(samples: &[(i64, f64)]) -> Line {
    let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Line {
        labels: vec![
            label("__name__", "x_kilowatt_hours"),
            label("urn", "100371"),
        ],
        unit: "kilowatt_hours",
        help: "Energy.",
        samples: samples.to_vec(),
    }
}

#[test]
fn what_is_encoded_is_decoded_again() {
    let lines = lines(&plan(3).unsent());
    assert_eq!(lines.len(), 4, "energy and power of two meters");
    let body = |protocol| {
        let body = body(&lines, protocol).unwrap();
        snap::raw::Decoder::new().decompress_vec(&body).unwrap()
    };
    let first = v1::WriteRequest::decode(body(Protocol::V1).as_slice()).unwrap();
    assert_eq!(first, v1::WriteRequest::of(&lines));
    let second = v2::Request::decode(body(Protocol::V2).as_slice()).unwrap();
    for (one, two) in first.timeseries.iter().zip(&second.timeseries) {
        let named: Vec<&str> = one
            .labels
            .iter()
            .flat_map(|l| [l.name.as_str(), &l.value])
            .collect();
        let placed = two
            .labels_refs
            .iter()
            .map(|place| second.symbols[*place as usize].as_str());
        assert_eq!(named, placed.collect::<Vec<_>>());
        assert!(named.chunks(2).is_sorted(), "{named:?}");
        let of = |samples: &[v1::Sample]| {
            samples
                .iter()
                .map(|s| (s.timestamp, s.value))
                .collect::<Vec<_>>()
        };
        let values: Vec<_> = two.samples.iter().map(|s| (s.timestamp, s.value)).collect();
        assert_eq!(of(&one.samples), values);
    }
    assert_eq!(second.symbols[0], "");
    let power = &first.timeseries[1];
    assert_eq!(
        (power.labels[0].value.as_str(), power.samples[2].value),
        ("greenledger_history_half_hour_kilowatts", 4.0)
    );
}

/// The bytes were made with the types of the Go module github.com/prometheus/prometheus v0.304.0 (`prompb` and
/// `prompb/io/prometheus/write/v2`).
#[test]
fn the_bytes_are_those_that_prometheus_itself_writes() {
    let lines = [line(&[
        (1_700_000_000_000, 12.25),
        (1_700_001_800_000, -0.5),
    ])];
    let first = v1::WriteRequest::of(&lines).encode_to_vec();
    assert_eq!(hex::encode(first), V1);
    let second = v2::Request::of(&lines).encode_to_vec();
    assert_eq!(hex::encode(second), V2);
}

const V1: &str = "0a510a1c0a085f5f6e616d655f5f1210785f6b696c6f776174745f686f7572730a0d0a0375726e120631303033373112100900000000\
    008028401080d095ffbc31121009000000000000e0bf10c0be8380bd31";
const V2: &str = "220022085f5f6e616d655f5f2210785f6b696c6f776174745f686f757273220375726e22063130303337312207456e657267792e220e6b\
    696c6f776174745f686f7572732a320a040102030412100900000000008028401080d095ffbc31121009000000000000e0bf10c0be8380bd31\
    2a06080218052006";

#[test]
fn a_request_has_so_many_samples_at_most_and_none_is_lost_or_out_of_order() {
    let lines = lines(&plan(7).unsent());
    for most in [1, 2, 5, 6, 7, 100] {
        let batches = batches(lines.clone(), most);
        let sizes: Vec<usize> = batches.iter().map(|batch| count(batch)).collect();
        let (last, full) = sizes.split_last().unwrap();
        assert!(
            full.iter().all(|size| *size == most) && *last <= most,
            "{sizes:?}"
        );
        let mut together: Vec<Line> = Vec::new();
        for part in batches.into_iter().flatten() {
            match together.last_mut() {
                Some(known) if known.labels == part.labels => known.samples.extend(part.samples),
                _ => together.push(part),
            }
        }
        assert_eq!(together, lines);
        assert!(
            together
                .iter()
                .all(|line| line.samples.is_sorted_by_key(|(time, _)| *time))
        );
    }
}
