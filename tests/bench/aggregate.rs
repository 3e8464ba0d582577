//! Throughput of aggregate beside programs that read the same meter-days. A timing counts only if all of them found the same
//! energy per meter.

mod engine;
mod floor;
mod ours;
mod program;
mod report;
mod run;

use std::path::PathBuf;

use crate::load::Spread;
use crate::programs;

pub use self::engine::{Engine, World};
pub use self::ours::{Installation, fill, merged};
pub use self::run::{Run, Sums};

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Meter-days in the topic.
    #[arg(long, default_value_t = 1_000_000)]
    meter_days: u64,
    #[command(flatten)]
    spread: Spread,
    /// How often each program runs.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The programs to compare.
    #[arg(long, value_delimiter = ',', default_values_t = Engine::USUAL)]
    engines: Vec<Engine>,
    /// Another build of aggregate, measured beside this one.
    #[arg(long)]
    other_aggregate: Option<PathBuf>,
    /// Lines added to aggregate's configuration, under `[kafka.properties]`, such as `"fetch.wait.max.ms" = "10"`.
    #[arg(long)]
    kafka_property: Vec<String>,
}

/// Measures, and prints the outcome.
pub async fn measure(arguments: &Arguments, as_json: bool) {
    let mut engines = arguments.engines.clone();
    if arguments.other_aggregate.is_some() && !engines.contains(&Engine::OtherAggregate) {
        engines.push(Engine::OtherAggregate);
    }
    let fetched: Vec<&str> = engines.iter().filter_map(Engine::program).collect();
    programs::install(fetched);
    let load = arguments.spread.load(arguments.meter_days);
    let mut world = World::of(load).await;
    world.file = engines
        .contains(&Engine::PolarsPython)
        .then(|| world.load.write_file());
    world.other_aggregate = arguments.other_aggregate.clone();
    world.kafka_properties = arguments.kafka_property.clone();
    let measured = in_turns(&world, &engines, arguments.rounds).await;
    match as_json {
        true => println!("{}", report::json(&world.load, &measured)),
        false => print!("{}", report::table(&world.load, &measured)),
    }
}

/// Runs the programs in turns. Fails unless all find the same energy per meter.
pub async fn in_turns(world: &World, engines: &[Engine], rounds: usize) -> Vec<(Engine, Vec<Run>)> {
    let mut measured: Vec<(Engine, Vec<Run>)> =
        engines.iter().map(|engine| (*engine, Vec::new())).collect();
    let mut expected: Option<Sums> = None;
    for round in 1..=rounds {
        for (engine, runs) in &mut measured {
            let run = engine.run(world).await;
            eprintln!(
                "round {round} {engine}: {:.1} s, {:.0} meter-days/s",
                run.wall.as_secs_f64(),
                run.per_second(&world.load)
            );
            let expected = expected.get_or_insert_with(|| run.sums.clone());
            assert!(
                *expected == run.sums,
                "{engine} found other energy per meter"
            );
            runs.push(run);
        }
    }
    measured
}
