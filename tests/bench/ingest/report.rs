//! The table and the JSON of the measured runs.

use serde_json::{Value, json};

use crate::median::median;

use super::server::Handler;
use super::{Arguments, Run};

/// A row per size of request and handler: the medians of its runs, and how its speed compares with that of the Go handler.
pub fn table(runs: &[Run]) -> String {
    let mut table = format!(
        "{:>7} {:<10} {:>10} {:>8} {:>16} {:>10}\n",
        "events", "handler", "events/s", "ratio", "CPU (µs/event)", "peak (MiB)"
    );
    for by_batch in runs.chunk_by(|one, next| one.batch == next.batch) {
        for handler in Handler::BOTH {
            let own = || by_batch.iter().filter(|run| run.handler == handler);
            let cpu = |run: &Run| run.cpu.as_secs_f64() * 1e6 / run.events as f64;
            let peak = own().map(|run| run.peak_bytes).max().unwrap_or_default();
            table += &format!(
                "{:>7} {:<10} {:>10.0} {:>8.2} {:>16.1} {:>10}\n",
                by_batch[0].batch,
                handler.to_string(),
                speed(by_batch, handler),
                speed(by_batch, handler) / speed(by_batch, Handler::GoIngest),
                median(own().map(cpu)),
                peak >> 20
            );
        }
    }
    table
}

fn speed(runs: &[Run], handler: Handler) -> f64 {
    let own = runs.iter().filter(|run| run.handler == handler);
    median(own.map(Run::per_second))
}

/// Every run as measured.
pub fn json(arguments: &Arguments, runs: &[Run]) -> Value {
    let run = |run: &Run| {
        json!({
            "handler": run.handler.to_string(),
            "events_per_request": run.batch,
            "events": run.events,
            "wall_seconds": run.wall.as_secs_f64(),
            "cpu_seconds": run.cpu.as_secs_f64(),
            "peak_bytes": run.peak_bytes,
            "events_per_second": run.per_second(),
        })
    };
    json!({
        "clients": arguments.clients,
        "schools": arguments.schools,
        "partitions": arguments.partitions,
        "runs": runs.iter().map(run).collect::<Vec<Value>>(),
    })
}
