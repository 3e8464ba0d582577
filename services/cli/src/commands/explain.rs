//! `greenledger explain`: from a figure down to its lines, its meters, their days and the events behind them.

use std::fmt::Write;
use std::process::ExitCode;

use aggregate::{load_partition, read_readings};
use anyhow::{Context, bail};
use chrono::DateTime;
use events::{Sharding, Topic, kilowatt_hours};
use footprint::ledger::MeterDay;
use footprint::{Footprint, Line, Period, Subject, footprints};
use lake::{LedgerFolder, Month};
use serde_json::{Value, json};

use super::configs;
use crate::args::{Explain, Format};
use crate::show;

pub async fn run(explain: &Explain, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::aggregate(&explain.config)?;
    let lake = config.lake.open()?;
    let shards = lake.shards().await?.context("no lake is there")?;
    let sharding = Sharding::new(shards, config.sharding.partitions)?;
    let partition = load_partition(&lake, sharding, sharding.partition(explain.urn)).await?;
    let Some(story) = partition.stories().get(&explain.urn) else {
        bail!("the ledger has nothing of school {}", explain.urn);
    };
    let method = config.method()?;
    let as_of = config.as_of_or_today();
    let subject = Subject {
        urn: explain.urn,
        story,
        position: &Default::default(),
    };
    let all = footprints(&[subject], &method, as_of)?;
    let wanted: Vec<&Footprint> = all
        .iter()
        .filter(|footprint| is_wanted(footprint.period, explain))
        .collect();
    if wanted.is_empty() {
        let periods: Vec<_> = all.iter().map(|footprint| footprint.period.key()).collect();
        bail!("no figures for that year; there are {}", periods.join(", "));
    }
    let rows = match &explain.month {
        None => Vec::new(),
        Some(month) => {
            let month: Month = month
                .parse()
                .map_err(|()| anyhow::anyhow!("a month is written 2026-03, not {month}"))?;
            let shard = sharding.shard(explain.urn);
            let folder = LedgerFolder {
                topic: Topic::Readings,
                month,
                shard,
            };
            let mut rows = read_readings(&lake, folder).await?;
            rows.retain(|row| row.urn == explain.urn);
            rows.sort_by_key(|row| (row.key(), row.issued));
            rows
        }
    };
    if format == Format::Json {
        let rows: Vec<Value> = rows.iter().map(row_json).collect();
        show::json_line(&json!({ "footprints": wanted, "rows": rows }));
    } else {
        wanted
            .iter()
            .for_each(|footprint| show::text(&told(footprint)));
        if !rows.is_empty() {
            show::text(&rows_told(&rows));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn is_wanted(period: Period, explain: &Explain) -> bool {
    match (period, explain.year) {
        (Period::AcademicYear { year, .. }, Some(wanted)) => year == wanted,
        (Period::Trailing { .. }, None) => true,
        _ => false,
    }
}

fn told(footprint: &Footprint) -> String {
    let mut text = format!(
        "{} ({}), {}\n\n",
        footprint.school,
        footprint.urn,
        footprint.period.label()
    );
    let pupils = footprint.pupils.as_ref();
    if let (Some(ratio), Some(roll)) = (footprint.tonnes_per_pupil(), pupils) {
        let _ = writeln!(
            text,
            "{ratio:.4} tCO2e per pupil = {:.6} t ÷ {} pupils ({}, {})",
            footprint.gross.tonnes(),
            roll.pupils,
            roll.source,
            roll.census_date
        );
    }
    let coverage = footprint.coverage;
    let _ = writeln!(
        text,
        "{} of {} half-hours present, {} of them estimated, {} spread\n",
        coverage.present, coverage.expected, coverage.estimated, coverage.spread
    );
    let rows: Vec<Vec<String>> = footprint.lines.iter().map(line_cells).collect();
    text += &show::table(
        &[
            "Line",
            "Factor row",
            "Scope",
            "Quantity",
            "× kg CO2e",
            "= kg CO2e",
            "Year",
        ],
        &rows,
    );
    let set = &footprint.factor_set;
    let _ = writeln!(
        text,
        "\n\nFactors: {} {} ({}), year {} by {}",
        set.name,
        set.version,
        set.hash,
        set.year,
        set.method.as_str()
    );
    for note in footprint.incomplete.iter().chain(&footprint.notes) {
        let _ = writeln!(text, "Note: {note}");
    }
    text
}

fn line_cells(line: &Line) -> Vec<String> {
    let price = line.price.as_ref();
    vec![
        format!("{:?}: {}", line.block, line.item),
        price.map_or("no factor".to_owned(), |price| price.row.clone()),
        line.scope.to_string(),
        format!("{:.3} {}", kilowatt_hours(line.quantity), line.unit),
        price.map_or("–".to_owned(), |price| price.factor.to_string()),
        price.map_or("–".to_owned(), |price| {
            format!("{:.3}", price.co2e.kilograms())
        }),
        price.map_or("–".to_owned(), |price| price.year.to_string()),
    ]
}

fn rows_told(rows: &[MeterDay]) -> String {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let sum: i64 = row.slots.iter().flatten().sum();
            let letters = |wanted: u8| {
                row.quality
                    .iter()
                    .filter(|letter| **letter == wanted)
                    .count()
            };
            vec![
                format!("{} {}", row.day, row.meter),
                format!("{} {}", row.identity.source, row.identity.id),
                row.channel.as_str().to_owned(),
                format!("{:.3} {}", kilowatt_hours(sum), row.unit.as_str()),
                row.slots.iter().flatten().count().to_string(),
                letters(b'E').to_string(),
                time(row.issued),
                row.origin.token.to_string(),
            ]
        })
        .collect();
    show::table(
        &[
            "Meter-day",
            "Event",
            "Channel",
            "Sum",
            "Half-hours",
            "Estimated",
            "Issued",
            "Token",
        ],
        &cells,
    )
}

fn row_json(row: &MeterDay) -> Value {
    let values: Vec<Option<f64>> = row
        .slots
        .iter()
        .map(|slot| slot.map(kilowatt_hours))
        .collect();
    json!({
        "meter": row.meter, "channel": row.channel, "day": row.day, "unit": row.unit,
        "values": values, "quality": String::from_utf8_lossy(&row.quality),
        "issued": time(row.issued), "source": row.identity.source, "id": row.identity.id,
        "received": time(row.origin.received), "token": row.origin.token,
        "partition": row.origin.place.partition, "offset": row.origin.place.offset,
    })
}

fn time(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros)
        .unwrap_or_default()
        .to_rfc3339()
}
