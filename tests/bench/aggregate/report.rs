//! The table and the JSON of the measured runs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::load::Load;
use crate::median::median;

use super::engine::Engine;
use super::run::Run;

/// A row per program: the medians of its runs, and how its speed compares with that of the first program.
pub fn table(load: &Load, measured: &[(Engine, Vec<Run>)]) -> String {
    let speed = |runs: &[Run]| median(runs.iter().map(|run| run.per_second(load)));
    let first = measured.first().map(|(_, runs)| speed(runs));
    let mut table = format!(
        "{:<18} {:>14} {:>8} {:>8} {:>10}\n",
        "program", "meter-days/s", "ratio", "CPU (s)", "peak (MiB)"
    );
    for (engine, runs) in measured {
        let cpu = median(runs.iter().map(|run| run.cpu.as_secs_f64()));
        let peak = runs.iter().filter_map(|run| run.peak_bytes).max();
        let peak = peak.map_or_else(|| "-".to_owned(), |bytes| (bytes >> 20).to_string());
        let ratio = speed(runs) / first.unwrap_or(1.0);
        table += &format!(
            "{:<18} {:>14.0} {ratio:>8.2} {cpu:>8.1} {peak:>10}\n",
            engine.to_string(),
            speed(runs)
        );
    }
    table
}

/// Every run as measured.
pub fn json(load: &Load, measured: &[(Engine, Vec<Run>)]) -> Value {
    let seconds = |time: Duration| time.as_secs_f64();
    let runs = measured.iter().flat_map(|(engine, runs)| {
        runs.iter().map(move |run| {
            json!({
                "program": engine.to_string(),
                "wall_seconds": seconds(run.wall),
                "cpu_seconds": seconds(run.cpu),
                "peak_bytes": run.peak_bytes,
                "meter_days_per_second": run.per_second(load),
            })
        })
    });
    json!({
        "meter_days": load.meter_days,
        "schools": load.schools,
        "partitions": load.sharding.partitions,
        "shards": load.sharding.shards,
        "runs": runs.collect::<Vec<Value>>(),
    })
}
