//! One aggregate beside two that share the partitions, and beside one that a second joins when half is merged. A timing counts
//! only if all found the same energy per meter.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::aggregate::{Installation, Sums, World, fill, merged};
use crate::load::Spread;
use crate::median::median;
use crate::process::binary;

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Meter-days in the topic.
    #[arg(long, default_value_t = 1_000_000)]
    meter_days: u64,
    #[command(flatten)]
    spread: Spread,
    /// How often each runs.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// How many aggregates there are, and since when.
#[derive(Debug, Clone, Copy, strum::Display)]
#[strum(serialize_all = "kebab-case")]
enum Members {
    One,
    Two,
    SecondJoinsAtHalf,
}

impl Members {
    const ALL: [Members; 3] = [Members::One, Members::Two, Members::SecondJoinsAtHalf];
}

/// One run: how long it took, and the CPU time of all members.
struct Run {
    wall: Duration,
    cpu: Duration,
}

/// Measures, and prints the outcome.
pub async fn measure(arguments: &Arguments, as_json: bool) {
    let world = World::of(arguments.spread.load(arguments.meter_days)).await;
    let mut measured = Members::ALL.map(|members| (members, Vec::new()));
    let mut expected: Option<Sums> = None;
    for round in 1..=arguments.rounds {
        for (members, runs) in &mut measured {
            let (run, sums) = run(&world, *members).await;
            eprintln!("round {round} {members}: {:.1} s", run.wall.as_secs_f64());
            let expected = expected.get_or_insert_with(|| sums.clone());
            assert!(*expected == sums, "{members} found other energy per meter");
            runs.push(run);
        }
    }
    match as_json {
        true => println!("{}", as_values(arguments, &measured)),
        false => print!("{}", as_table(arguments, &measured)),
    }
}

async fn run(world: &World, members: Members) -> (Run, Sums) {
    let (broker, load, build) = (&world.broker, &world.load, binary("aggregate"));
    let count = match members {
        Members::One => 1,
        Members::Two | Members::SecondJoinsAtHalf => 2,
    };
    let installation = Installation::of_members(count, broker, load, &[]).await;
    let began = Instant::now();
    let mut running = vec![installation.start(&build)];
    if let Members::SecondJoinsAtHalf = members {
        merged(&mut running, load.meter_days / 2).await;
    }
    if count == 2 {
        running.push(installation.start_member(1, &build));
    }
    let costs = fill(&mut running, broker, load).await;
    let run = Run {
        wall: began.elapsed(),
        cpu: costs.iter().map(|(cpu, _)| *cpu).sum(),
    };
    for member in &mut running {
        member.wait_until_ended().await;
    }
    (run, installation.sums().await)
}

fn as_table(arguments: &Arguments, measured: &[(Members, Vec<Run>)]) -> String {
    let speed = |runs: &[Run]| {
        let wall = median(runs.iter().map(|run| run.wall.as_secs_f64()));
        arguments.meter_days as f64 / wall
    };
    let one = speed(&measured[0].1);
    let mut table = format!(
        "{:<22} {:>14} {:>8} {:>8}\n",
        "aggregates", "meter-days/s", "ratio", "CPU (s)"
    );
    for (members, runs) in measured {
        table += &format!(
            "{:<22} {:>14.0} {:>8.2} {:>8.1}\n",
            members.to_string(),
            speed(runs),
            speed(runs) / one,
            median(runs.iter().map(|run| run.cpu.as_secs_f64()))
        );
    }
    table
}

fn as_values(arguments: &Arguments, measured: &[(Members, Vec<Run>)]) -> Value {
    let runs = measured.iter().flat_map(|(members, runs)| {
        runs.iter().map(move |run| {
            json!({
                "aggregates": members.to_string(),
                "wall_seconds": run.wall.as_secs_f64(),
                "cpu_seconds": run.cpu.as_secs_f64(),
            })
        })
    });
    json!({ "meter_days": arguments.meter_days, "runs": runs.collect::<Vec<Value>>() })
}
