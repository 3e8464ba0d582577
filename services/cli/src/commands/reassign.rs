//! `greenledger reassign`: registers a meter that was registered at the wrong school at the right one, and sends its
//! readings again, with the same source, id, time and values, so that they are stored under the right school. The rows of
//! the wrong school stay in the ledger but no longer count, because the register determines which school a day belongs
//! to.

mod plan;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::bail;
use bus::{Bus, uncommitted};
use chrono::NaiveDate;
use events::{Data, Event, Topic};
use serde_json::json;

use self::plan::{Plan, Wanted, describe_days, plan};
use super::configs;
use super::meter::{Moving, moving, open, readings, registered, withdrawals};
use crate::args::{Format, Reassign};
use crate::client::Answer;
use crate::show;
use crate::show::exit_code;
use crate::up::reachable;

/// Events per request.
const BATCH: usize = 500;
/// How long the ledger may take to write what ingest has accepted.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub async fn run(reassign: &Reassign, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::aggregate(&reassign.services.config)?;
    let (lake, sharding) = open(&config).await?;
    let wanted = Wanted {
        meter: reassign.meter.clone(),
        to: reassign.to,
        from: reassign.from,
        until: reassign.until,
    };
    let registered = registered(&lake, &wanted.meter).await?;
    let plan = plan(&wanted, &registered)?;
    // A dry run needs no ingest, and no token.
    let client = match reassign.dry_run {
        true => None,
        false => Some(reassign.services.ingest.client()?),
    };
    let mut answer = Answer::default();
    if let Some(client) = &client {
        answer.add(client.send(&plan.registrations).await?);
        if answer.refused > 0 {
            show::answer(format, &answer);
            return Ok(exit_code(answer.refused));
        }
        written(&reachable(config.bus.clone())?).await?;
    }
    let schools: BTreeSet<_> = registered.stands.into_keys().chain([wanted.to]).collect();
    let rows = readings(&lake, sharding, &wanted.meter, &schools, plan.days).await?;
    let withdrawn = withdrawals(&lake, &wanted.meter).await?;
    let moving = moving(&rows, &withdrawn, wanted.to);
    if let Some(client) = &client {
        for batch in moving.events.chunks(BATCH) {
            answer.add(client.send(batch).await?);
        }
    }
    // The notes of ingest on a meter that moves describe what this command does.
    answer.notes.clear();
    show_done(format, reassign, &plan, &moving, &answer);
    Ok(exit_code(answer.refused))
}

/// Waits until the ledger has everything received before the new registration: later readings go to the right school.
async fn written(bus: &Bus) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = uncommitted(
            bus,
            aggregate::GROUP,
            &[Topic::Readings, Topic::Withdrawals],
        )
        .await?;
        if left == 0 {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!(
                "the meter is registered, but {left} records of readings are not in the ledger yet, and none was moved; run \
                 this again when aggregate has caught up"
            );
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn show_done(format: Format, reassign: &Reassign, plan: &Plan, moving: &Moving, answer: &Answer) {
    let days = plan.days;
    if format == Format::Json {
        return show::json_line(&json!({
            "meter": reassign.meter, "to": reassign.to,
            "days": { "from": days.from, "to": (days.to < NaiveDate::MAX).then_some(days.to) },
            "dry_run": reassign.dry_run, "registered": plan.registrations.len(),
            "from": moving.schools, "meter_days": moving.meter_days, "events": moving.events.len(),
            "answer": answer,
        }));
    }
    let to_be = if reassign.dry_run { "to be " } else { "" };
    for event in &plan.registrations {
        show::text(&registration(event, to_be));
    }
    let schools: Vec<_> = moving.schools.iter().map(ToString::to_string).collect();
    let from = match schools.as_slice() {
        [] => String::new(),
        some => format!(" from {}", some.join(", ")),
    };
    show::text(&format!(
        "{} meter-days of {} {to_be}moved{from} to {}, {}, in {} events",
        moving.meter_days,
        reassign.meter,
        reassign.to,
        describe_days(days),
        moving.events.len()
    ));
    if answer.refused > 0 {
        show::answer(format, answer);
    }
}

fn registration(event: &Event, to_be: &str) -> String {
    let (Data::MeterRegistered(meter), Some(urn)) = (&event.data, event.subject) else {
        return String::new();
    };
    if meter.is_taken_back() {
        return format!("{} {to_be}taken back from {urn}", meter.meter);
    }
    let days = footprint::Days::from_until(meter.from, meter.to);
    format!(
        "{} {to_be}registered at {urn} {}",
        meter.meter,
        describe_days(days)
    )
}
