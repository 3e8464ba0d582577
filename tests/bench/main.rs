//! Throughput of aggregate, beside a program that reads the same topic and keeps nothing: in turns, on one broker, in one run.
//! `tests/bench/run --help` shows the options. A timing counts only if all programs found the same energy per meter.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a world that cannot be built ends the benchmark; the table goes to the terminal"
)]

mod aggregate;
mod broker;
mod floor;
mod load;
mod process;
mod report;

use std::collections::BTreeMap;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use broker::Broker;
use load::Load;

/// Meter-days a second, CPU time and memory of each program, in turns.
#[derive(Debug, Parser)]
struct Arguments {
    /// Meter-days in the topic.
    #[arg(long, default_value_t = 1_000_000)]
    meter_days: u64,
    /// Schools, with a meter each.
    #[arg(long, default_value_t = 2_000)]
    schools: u32,
    /// Partitions of each topic.
    #[arg(long, default_value_t = 4)]
    partitions: u32,
    /// Shards of the lake: a multiple of the partitions.
    #[arg(long, default_value_t = 8)]
    shards: u32,
    /// How often each program runs.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The programs to compare.
    #[arg(long, value_delimiter = ',', default_values_t = [Engine::Floor, Engine::Aggregate])]
    engines: Vec<Engine>,
    /// Another build of aggregate, measured beside this one.
    #[arg(long)]
    other_aggregate: Option<std::path::PathBuf>,
    /// Lines added to aggregate's configuration, under `[kafka.properties]`, such as `"fetch.wait.max.ms" = "10"`.
    #[arg(long)]
    kafka_property: Vec<String>,
    /// Prints JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Cargo adds this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A program that reads the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, strum::Display)]
#[strum(serialize_all = "kebab-case")]
enum Engine {
    /// rdkafka and serde_json on one thread, a sum per meter, nothing kept.
    Floor,
    /// The release build of aggregate, from an empty lake to everything written and committed.
    Aggregate,
    /// The build that `--other-aggregate` names.
    OtherAggregate,
}

/// Energy in millionths of a kilowatt-hour by meter.
type Sums = BTreeMap<String, i64>;

/// One run of one program.
struct Run {
    wall: Duration,
    cpu: Duration,
    /// The most memory that the program had resident, in bytes; none if it ran in this process.
    peak_bytes: Option<u64>,
    sums: Sums,
}

#[tokio::main]
async fn main() {
    let mut arguments = Arguments::parse();
    let other = arguments.other_aggregate.clone();
    if other.is_some() && !arguments.engines.contains(&Engine::OtherAggregate) {
        arguments.engines.push(Engine::OtherAggregate);
    }
    let broker = Broker::start().await;
    let load = Load {
        meter_days: arguments.meter_days,
        schools: arguments.schools,
        sharding: events::Sharding {
            shards: arguments.shards,
            partitions: arguments.partitions,
        },
    };
    eprintln!("writing {} meter-days", load.meter_days);
    load.write(&broker).await;
    let mut measured: Vec<(Engine, Vec<Run>)> = Vec::new();
    let mut expected: Option<Sums> = None;
    for round in 0..arguments.rounds {
        for engine in &arguments.engines {
            let run = match engine {
                Engine::Floor => floor::run(&broker, &load),
                Engine::Aggregate => {
                    let binary = process::binary("aggregate");
                    aggregate::run(&broker, &load, &binary, &arguments.kafka_property).await
                }
                Engine::OtherAggregate => {
                    let binary = other.as_ref().expect("--other-aggregate");
                    aggregate::run(&broker, &load, binary, &arguments.kafka_property).await
                }
            };
            eprintln!(
                "round {} {engine}: {:.1} s, {:.0} meter-days/s",
                round + 1,
                run.wall.as_secs_f64(),
                load.meter_days as f64 / run.wall.as_secs_f64()
            );
            let expected = expected.get_or_insert_with(|| run.sums.clone());
            assert_eq!(*expected, run.sums, "{engine} found other energy per meter");
            match measured.iter_mut().find(|(known, _)| known == engine) {
                Some((_, runs)) => runs.push(run),
                None => measured.push((*engine, vec![run])),
            }
        }
    }
    match arguments.json {
        true => println!("{}", report::json(&load, &measured)),
        false => print!("{}", report::table(&load, &measured)),
    }
}
