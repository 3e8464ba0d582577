//! Throughput of aggregate and of the floor as the topic grows, and as its schools do.

mod plot;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::aggregate::{Engine, Run, World, in_turns};
use crate::load::Load;
use crate::median::median;

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Meter-days in the topic, of 2,000 schools: each is measured.
    #[arg(long, value_delimiter = ',', default_values_t = [100_000, 1_000_000, 10_000_000])]
    meter_days: Vec<u64>,
    /// Schools, with a million meter-days between them: each is measured.
    #[arg(long, value_delimiter = ',', default_values_t = [15, 200, 2_000, 24_400])]
    schools: Vec<u32>,
    /// How often each program runs.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Draws the outcome as an SVG.
    #[arg(long)]
    plot: Option<PathBuf>,
}

const SCHOOLS: u32 = 2_000;
const METER_DAYS: u64 = 1_000_000;
const ENGINES: [Engine; 2] = [Engine::Floor, Engine::Aggregate];

/// The medians at one size.
struct Point {
    meter_days: u64,
    schools: u32,
    /// Meter-days a second.
    floor: f64,
    aggregate: f64,
    /// The most memory that aggregate had resident, in bytes.
    peak_bytes: u64,
}

/// Measures, and prints the outcome.
pub async fn measure(arguments: &Arguments, as_json: bool) {
    let mut sizes: Vec<(u64, u32)> = arguments
        .meter_days
        .iter()
        .map(|meter_days| (*meter_days, SCHOOLS))
        .collect();
    sizes.extend(
        arguments
            .schools
            .iter()
            .map(|schools| (METER_DAYS, *schools)),
    );
    sizes.sort_unstable();
    sizes.dedup();
    let mut points = Vec::new();
    for (meter_days, schools) in sizes {
        points.push(point(meter_days, schools, arguments.rounds).await);
    }
    if let Some(file) = &arguments.plot {
        plot::draw(&points, file);
    }
    match as_json {
        true => println!("{}", as_values(&points)),
        false => print!("{}", as_table(&points)),
    }
}

async fn point(meter_days: u64, schools: u32, rounds: usize) -> Point {
    let world = World::of(Load::of(meter_days, schools)).await;
    let measured = in_turns(&world, &ENGINES, rounds).await;
    let speed = |runs: &[Run]| median(runs.iter().map(|run| run.per_second(&world.load)));
    let [(_, floor), (_, aggregate)] = measured.as_slice() else {
        panic!("two programs");
    };
    let peaks = aggregate.iter().filter_map(|run| run.peak_bytes);
    Point {
        meter_days,
        schools,
        floor: speed(floor),
        aggregate: speed(aggregate),
        peak_bytes: peaks.max().unwrap_or_default(),
    }
}

fn as_table(points: &[Point]) -> String {
    let mut table = format!(
        "{:>12} {:>8} {:>16} {:>20} {:>8} {:>10}\n",
        "meter-days", "schools", "floor (a second)", "aggregate (a second)", "ratio", "peak (MiB)"
    );
    for point in points {
        table += &format!(
            "{:>12} {:>8} {:>16.0} {:>20.0} {:>8.2} {:>10}\n",
            point.meter_days,
            point.schools,
            point.floor,
            point.aggregate,
            point.aggregate / point.floor,
            point.peak_bytes >> 20
        );
    }
    table
}

fn as_values(points: &[Point]) -> Value {
    let value = |point: &Point| {
        json!({
            "meter_days": point.meter_days,
            "schools": point.schools,
            "floor_meter_days_per_second": point.floor,
            "aggregate_meter_days_per_second": point.aggregate,
            "aggregate_peak_bytes": point.peak_bytes,
        })
    };
    points.iter().map(value).collect()
}
