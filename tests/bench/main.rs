//! Measurements of this project's services beside other programs, on a real Apache Kafka and in a release build.
//! `tests/bench/run --help` lists them.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a world that cannot be built ends the benchmark; the table goes to the terminal"
)]

mod aggregate;
mod broker;
mod freshness;
mod growth;
mod ingest;
mod load;
mod median;
mod process;
mod programs;
mod replicas;
mod restart;

use clap::{Parser, Subcommand};

/// Measures services beside other programs, in turns, on one Apache Kafka.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    measurement: Measurement,
    /// Prints JSON instead of a table.
    #[arg(long, global = true)]
    json: bool,
    /// Cargo adds this to every benchmark.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Debug, Subcommand)]
enum Measurement {
    /// Meter-days a second, CPU time and memory of aggregate and of other programs that read the same topic.
    Aggregate(aggregate::Arguments),
    /// Meter-days a second of aggregate and of the floor as a trust grows into a country.
    Growth(growth::Arguments),
    /// One aggregate beside two that share the partitions, and beside one that a second joins in mid-run.
    Replicas(replicas::Arguments),
    /// How long it takes from an event accepted to its figures, while others arrive at a steady rate.
    Freshness(freshness::Arguments),
    /// How long aggregate takes until it is ready, with a ledger that is filled.
    Restart(restart::Arguments),
    /// Events a second and CPU time of ingest and of a handler in Go that validates nothing.
    Ingest(ingest::Arguments),
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    match &arguments.measurement {
        Measurement::Aggregate(asked) => aggregate::measure(asked, arguments.json).await,
        Measurement::Freshness(asked) => freshness::measure(asked, arguments.json).await,
        Measurement::Growth(asked) => growth::measure(asked, arguments.json).await,
        Measurement::Replicas(asked) => replicas::measure(asked, arguments.json).await,
        Measurement::Restart(asked) => restart::measure(asked, arguments.json).await,
        Measurement::Ingest(asked) => ingest::measure(asked, arguments.json).await,
    }
}
