//! Events a second through ingest and through a handler in Go that validates nothing, in turns. A timing counts only if every
//! event has become a record.

mod bodies;
mod report;
mod sender;
mod server;

use std::time::{Duration, Instant};

use crate::broker::Broker;
use crate::load::{Load, usual_meters};
use crate::programs;

use self::bodies::Bodies;
use self::sender::Sender;
pub use self::sender::TOKEN;
use self::server::{GO_INGEST, Handler, Server};

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Events in each request: each size is measured.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 48, 1_000])]
    batches: Vec<u64>,
    /// Connections, which are kept open, with one request at a time on each.
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// Events of a run.
    #[arg(long, default_value_t = 200_000)]
    events: u64,
    /// The most requests of a run, which has fewer events then.
    #[arg(long, default_value_t = 50_000)]
    requests: u64,
    /// Schools, with a meter each.
    #[arg(long, default_value_t = 2_000)]
    schools: u32,
    /// Partitions of each topic.
    #[arg(long, default_value_t = 4)]
    partitions: u32,
    /// How often each handler runs.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// One run of one handler.
struct Run {
    handler: Handler,
    batch: u64,
    events: u64,
    wall: Duration,
    /// Of the handler.
    cpu: Duration,
    /// The most memory that it had resident, in bytes.
    peak_bytes: u64,
}

impl Run {
    fn per_second(&self) -> f64 {
        self.events as f64 / self.wall.as_secs_f64()
    }
}

/// Measures, and prints the outcome.
pub async fn measure(arguments: &Arguments, as_json: bool) {
    programs::install([GO_INGEST]);
    let load = Load {
        meter_days: arguments.events,
        schools: arguments.schools,
        meters: usual_meters(arguments.schools),
        half_hours: false,
        sharding: events::Sharding {
            shards: arguments.partitions,
            partitions: arguments.partitions,
        },
    };
    let broker = Broker::start().await;
    load.create_topics(&broker).await;
    load.register(&broker).await;
    let mut runs = Vec::new();
    for batch in &arguments.batches {
        let requests = (arguments.events / batch).clamp(1, arguments.requests);
        let bodies = Bodies::new(&load, *batch, requests);
        for round in 1..=arguments.rounds {
            for handler in Handler::BOTH {
                let run = run(handler, &broker, &load, &bodies, arguments.clients).await;
                eprintln!(
                    "round {round} {handler}, {batch} at a time: {:.0} events/s",
                    run.per_second()
                );
                runs.push(run);
            }
        }
    }
    match as_json {
        true => println!("{}", report::json(arguments, &runs)),
        false => print!("{}", report::table(&runs)),
    }
}

async fn run(
    handler: Handler,
    broker: &Broker,
    load: &Load,
    bodies: &Bodies,
    clients: usize,
) -> Run {
    let server = Server::start(handler, broker, load, clients).await;
    let sender = Sender::new(&server.url, clients);
    // Opens the connections, and lets the handler find its partitions.
    sender
        .send(bodies.first(clients), bodies.content_type())
        .await;
    let records = || broker.end(load.topic(), load.sharding.partitions);
    let (before, (cpu, _)) = (records(), server.cost());
    let began = Instant::now();
    sender.send(bodies.all(), bodies.content_type()).await;
    let (wall, (after, peak_bytes)) = (began.elapsed(), server.cost());
    assert_eq!(records() - before, bodies.events(), "records of {handler}");
    Run {
        handler,
        batch: bodies.batch,
        events: bodies.events(),
        wall,
        cpu: after - cpu,
        peak_bytes,
    }
}
