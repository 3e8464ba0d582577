//! `greenledger withdraw-collection`: takes back a collection of waste, by a revision of its event.

use std::process::ExitCode;

use anyhow::bail;
use chrono::{DateTime, Utc};
use events::{Data, Event, WasteCollected};
use footprint::SchoolHistory;
use footprint::ledger::Identity;
use serde_json::json;

use super::configs;
use super::opened_lake::{history, open};
use crate::args::{Format, WithdrawCollection};
use crate::show;

/// A collection that counts.
type Found<'h> = (&'h Identity, &'h WasteCollected);

pub async fn run(withdraw: &WithdrawCollection, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::aggregate(&withdraw.services.config)?;
    let (lake, shards) = open(&config).await?;
    let history = history(&lake, shards, withdraw.urn).await?;
    let found = found(&history, withdraw);
    let (identity, waste) = match found.as_slice() {
        [only] => *only,
        [] => bail!(
            "no such collection of {} on {} counts in the ledger, where those just received are within a minute",
            withdraw.urn,
            withdraw.on
        ),
        several => bail!(
            "{} collections fit; name one by --source and --id\n{}",
            several.len(),
            table(several)
        ),
    };
    if withdraw.dry_run {
        report(withdraw, (identity, waste), format);
        return Ok(ExitCode::SUCCESS);
    }
    let event = event(withdraw, (identity, waste), Utc::now());
    let answer = withdraw.services.ingest.client()?.send(&[event]).await?;
    match answer.refused {
        0 => report(withdraw, (identity, waste), format),
        _ => show::answer(format, &answer),
    }
    Ok(show::exit_code(answer.refused))
}

fn found<'h>(history: &'h SchoolHistory, withdraw: &WithdrawCollection) -> Vec<Found<'h>> {
    let collections = history
        .counted()
        .filter_map(|(identity, event)| match &event.data {
            Data::WasteCollected(waste) => Some((identity, waste)),
            _ => None,
        });
    let is_meant = |(identity, waste): &Found<'_>| {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        waste.collected_on == withdraw.on
            && withdraw.ewc.is_none_or(|ewc| ewc == waste.ewc)
            && is(&withdraw.source, &identity.source)
            && is(&withdraw.id, &identity.id)
    };
    collections.filter(is_meant).collect()
}

/// A revision that says that the collection is taken back. What was issued later, such as a corrected file, counts again.
fn event(withdraw: &WithdrawCollection, (identity, waste): Found<'_>, now: DateTime<Utc>) -> Event {
    Event {
        id: identity.id.to_string(),
        source: identity.source.to_string(),
        time: now,
        subject: Some(withdraw.urn),
        data: Data::WasteCollected(WasteCollected {
            weight_kg: 0.0,
            contaminated_kg: None,
            lifts: None,
            missed_lifts: None,
            withdrawn: true,
            ..waste.clone()
        }),
    }
}

fn report(withdraw: &WithdrawCollection, (identity, waste): Found<'_>, format: Format) {
    if format == Format::Json {
        return show::json_line(&json!({
            "school": withdraw.urn, "collected_on": waste.collected_on, "ewc": waste.ewc,
            "weight_kg": waste.weight_kg, "source": identity.source, "id": identity.id, "dry_run": withdraw.dry_run,
        }));
    }
    let to_be = if withdraw.dry_run { "to be " } else { "" };
    show::text(&format!("{to_be}taken back, of {}:", withdraw.urn));
    show::text(&table(&[(identity, waste)]));
}

fn table(found: &[Found<'_>]) -> String {
    let row = |(identity, waste): &Found<'_>| {
        vec![
            waste.collected_on.to_string(),
            waste.ewc.to_string(),
            format!("{} kg", waste.weight_kg),
            identity.source.to_string(),
            identity.id.to_string(),
        ]
    };
    let rows: Vec<_> = found.iter().map(row).collect();
    show::table(&["Day", "EWC", "Weight", "Source", "Id"], &rows)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

    use footprint::fixtures::{SchoolFixture, collected, day};

    use super::*;

    fn arguments(id: Option<&str>) -> WithdrawCollection {
        use clap::Parser;
        let mut arguments = vec![
            "greenledger",
            "withdraw-collection",
            "900001",
            "--on",
            "2026-03-12",
        ];
        arguments.extend(["--config", "x"]);
        arguments.extend(id.into_iter().flat_map(|id| ["--id", id]));
        let parsed = crate::args::Arguments::try_parse_from(arguments).unwrap();
        match parsed.command {
            crate::args::Command::WithdrawCollection(withdraw) => withdraw,
            _ => unreachable!(),
        }
    }

    /// The revision counts for nothing, before the collection and after it, once and twice.
    #[test]
    fn a_collection_is_taken_back_whatever_the_order() {
        let of_day = |kg| Data::WasteCollected(collected(day("2026-03-12"), "200301", kg, "R1"));
        let mut school = SchoolFixture::school(200, "2022-10-06");
        school.event(of_day(88.0));
        school.event(of_day(41.0));
        let all = found(&school.history, &arguments(None));
        assert_eq!(all.len(), 2, "{all:?}");
        let id = all[0].0.id.to_string();
        let only = found(&school.history, &arguments(Some(&id)));
        assert_eq!(only.len(), 1, "{only:?}");
        let revision = event(&arguments(None), only[0], Utc::now());
        revision.check().unwrap();
        assert_eq!(
            (revision.id.as_str(), revision.source.as_str()),
            (&*id, &*all[0].0.source)
        );
    }
}
