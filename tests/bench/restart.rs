//! How long aggregate takes until it is ready, with a ledger that is filled.

use std::time::Instant;

use serde_json::json;

use crate::aggregate::{Installation, fill};
use crate::broker::Broker;
use crate::load::Spread;
use crate::median::median;
use crate::process::binary;

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Meter-days in the ledger.
    #[arg(long, default_value_t = 4_000_000)]
    meter_days: u64,
    #[command(flatten)]
    spread: Spread,
    /// How often it starts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// Measures, and prints the outcome.
pub async fn measure(arguments: &Arguments, as_json: bool) {
    let load = arguments.spread.load(arguments.meter_days);
    let broker = Broker::start().await;
    eprintln!("writing {} meter-days", load.meter_days);
    load.write(&broker).await;
    load.register(&broker).await;
    let (installation, build) = (
        Installation::new(&broker, &load, &[]).await,
        binary("aggregate"),
    );
    let mut members = [installation.start(&build)];
    fill(&mut members, &broker, &load).await;
    members[0].wait_until_ended().await;
    let mut runs = Vec::new();
    for round in 1..=arguments.rounds {
        let began = Instant::now();
        let mut member = installation.start(&build);
        member.wait_until_ready().await;
        let (seconds, (cpu, peak)) = (began.elapsed().as_secs_f64(), member.cost());
        eprintln!("round {round}: ready after {seconds:.1} s");
        runs.push((seconds, cpu.as_secs_f64(), peak));
        member.stop().await;
    }
    let ready = median(runs.iter().map(|(seconds, ..)| *seconds));
    let cpu = median(runs.iter().map(|(_, cpu, _)| *cpu));
    let peak = runs.iter().map(|(.., peak)| *peak).max();
    let peak = peak.unwrap_or_default();
    match as_json {
        true => println!(
            "{}",
            json!({
                "meter_days": load.meter_days,
                "schools": load.schools,
                "ready_seconds": ready,
                "cpu_seconds": cpu,
                "peak_bytes": peak,
            })
        ),
        false => println!(
            "{} meter-days of {} schools: ready after {ready:.1} s, {cpu:.1} s of CPU, {} MiB at most",
            load.meter_days,
            load.schools,
            peak >> 20
        ),
    }
}
