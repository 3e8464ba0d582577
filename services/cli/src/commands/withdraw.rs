//! `greenledger withdraw`: takes back readings that were wrong. It first reports what that changes.

mod effect;
mod stretch;

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, Utc};
use events::{Data, Event, FileHash, ReadingsWithdrawn};
use ingest::token_sha256;
use serde_json::json;

use self::effect::{Effect, effect};
use self::stretch::Stretch;
use super::configs;
use super::meter::{open, readings, registered, withdrawals};
use crate::args::{Format, Withdraw};
use crate::show;
use crate::show::exit_code;

/// The source of the events of this command.
const SOURCE: &str = "urn:greenledger:withdraw";

pub async fn run(withdraw: &Withdraw, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::aggregate(&withdraw.services.config)?;
    let (lake, sharding) = open(&config).await?;
    let stretch = Stretch::of(withdraw.from, withdraw.to)?;
    let event = event(withdraw, stretch, Utc::now())?;
    event.check()?;
    let days = stretch.days();
    let registered = registered(&lake, &withdraw.meter).await?;
    let schools: BTreeSet<_> = registered.stands.into_keys().collect();
    let rows = readings(&lake, sharding, &withdraw.meter, &schools, days).await?;
    let withdrawn = withdrawals(&lake, &withdraw.meter).await?;
    let effect = effect(&rows, &withdrawn, &event);
    if withdraw.dry_run {
        show_effect(withdraw, stretch, &effect, format);
        return Ok(ExitCode::SUCCESS);
    }
    let answer = withdraw.services.ingest.client()?.send(&[event]).await?;
    if answer.refused > 0 {
        show::answer(format, &answer);
    } else {
        show_effect(withdraw, stretch, &effect, format);
    }
    Ok(exit_code(answer.refused))
}

/// The id is made from the content and the time: the same withdrawal made later also takes back readings that arrived in
/// between.
fn event(withdraw: &Withdraw, stretch: Stretch, now: DateTime<Utc>) -> anyhow::Result<Event> {
    let (days, half_hours) = match stretch {
        Stretch::Days(days) => (Some(days), None),
        Stretch::HalfHours { start, end } => (None, Some((start, end))),
    };
    let data = ReadingsWithdrawn {
        meter: withdraw.meter.clone(),
        channel: withdraw.channel,
        from: days.map(|days| days.from),
        to: days.map(|days| days.to),
        start: half_hours.map(|(start, _)| start),
        end: half_hours.map(|(_, end)| end),
        source: withdraw.source.clone(),
        id: withdraw.id.clone(),
        file_sha256: withdraw.file.as_deref().map(file_hash).transpose()?,
        reason: withdraw.reason.clone(),
        by: withdraw.by.clone(),
    };
    let data = Data::ReadingsWithdrawn(data);
    let hash = token_sha256(&data.to_json()?);
    Ok(Event {
        id: format!(
            "{}-{}",
            now.format("%Y%m%dT%H%M%SZ"),
            hash.get(..16).unwrap_or(&hash)
        ),
        source: SOURCE.to_owned(),
        time: now,
        subject: None,
        data,
    })
}

/// The name that ingest gave the readings of a file: the hash of its text.
fn file_hash(path: &std::path::Path) -> anyhow::Result<FileHash> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = String::from_utf8(bytes).with_context(|| {
        format!(
            "{} is not UTF-8, so ingest took nothing from it",
            path.display()
        )
    })?;
    Ok(token_sha256(&text).parse()?)
}

fn show_effect(withdraw: &Withdraw, stretch: Stretch, effect: &Effect, format: Format) {
    let (dry_run, days) = (withdraw.dry_run, stretch.days());
    if format == Format::Json {
        let events: Vec<_> = effect
            .events
            .iter()
            .map(|event| {
                json!({ "source": event.source, "id": event.id, "half_hours": event.half_hours })
            })
            .collect();
        return show::json_line(&json!({
            "meter": withdraw.meter, "channel": withdraw.channel, "days": days,
            "between": stretch.half_hours(), "dry_run": dry_run,
            "unit": effect.unit, "half_hours": effect.half_hours(), "events": events,
            "counted_before": effect.before.decimal(), "counted_after": effect.after.decimal(),
            "half_hours_before": effect.before.half_hours, "half_hours_after": effect.after.half_hours,
        }));
    }
    let to_be = if dry_run { "to be " } else { "" };
    if effect.events.is_empty() {
        return show::text(if dry_run {
            "the ledger has no readings to withdraw there; those just received are in it within a minute"
        } else {
            "sent; it withdraws what was received until now, of which the ledger has nothing yet"
        });
    }
    show::text(&format!(
        "{} half-hours of {} {to_be}withdrawn, {stretch}, of {} events:",
        effect.half_hours(),
        withdraw.meter,
        effect.events.len()
    ));
    show::text(&effect.table());
    show::text(&format!(
        "these days come to {:.3} {} in {} half-hours, in place of {:.3} in {}",
        effect.after.decimal(),
        effect.unit,
        effect.after.half_hours,
        effect.before.decimal(),
        effect.before.half_hours
    ));
}
