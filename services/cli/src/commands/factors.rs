//! `greenledger factors list|show|diff`: the factors that price the figures.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use anyhow::bail;
use footprint::FactorSource;
use footprint::factors::{Entry, FactorName, FactorSet, FactorUnit, Factors};
use serde_json::json;

use super::configs;
use crate::args::{FactorsCommand, FactorsOf, Format};
use crate::show;

pub fn run(command: &FactorsCommand, format: Format) -> anyhow::Result<ExitCode> {
    match command {
        FactorsCommand::List { of } => list(&set(of)?, format),
        FactorsCommand::Show { year, find, of } => show(&set(of)?, *year, find, format)?,
        FactorsCommand::Diff { from, to, find, of } => diff(&set(of)?, (*from, *to), find, format)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The factors that ship with the program, or those that price a trust in the given configuration.
fn set(of: &FactorsOf) -> anyhow::Result<FactorSet> {
    let Some(config) = &of.config else {
        return Ok(FactorSet::desnz()?);
    };
    let factors: Factors = configs::aggregate(config)?.method()?.factors;
    Ok(factors.of(of.trust.as_deref().unwrap_or_default()).clone())
}

type Row<'a> = ((FactorName, FactorUnit), &'a Entry);

fn list(set: &FactorSet, format: Format) {
    let of_year = |year: i32| {
        let rows = set.in_year(year);
        let mut from: BTreeMap<String, usize> = BTreeMap::new();
        for entry in rows.values() {
            *from.entry(entry.source.to_string()).or_default() += 1;
        }
        (year, rows.len(), from)
    };
    let years: Vec<_> = set.years().into_iter().map(of_year).collect();
    if format == Format::Json {
        let years: Vec<_> = years
            .iter()
            .map(|(year, rows, from)| json!({ "year": year, "rows": rows, "provenance": from }))
            .collect();
        return show::json_line(&json!({
            "name": set.name, "version": set.version, "hash": set.hash, "years": years,
        }));
    }
    let cells: Vec<_> = years
        .iter()
        .map(|(year, rows, from)| {
            let from: Vec<_> = from
                .iter()
                .map(|(provenance, rows)| format!("{rows} {provenance}"))
                .collect();
            vec![year.to_string(), from.join("; "), rows.to_string()]
        })
        .collect();
    show::text(&format!(
        "{} {} ({})\n\n{}",
        set.name,
        set.version,
        set.hash,
        show::table(&["Year", "Provenance", "Rows"], &cells)
    ));
}

/// The rows of a year whose names contain every word of `find`.
fn rows<'a>(set: &'a FactorSet, year: i32, find: &[String]) -> anyhow::Result<Vec<Row<'a>>> {
    let years = set.years();
    if !years.contains(&year) {
        let known: Vec<_> = years.iter().map(i32::to_string).collect();
        bail!(
            "there are no factors of {year}; there are those of {}",
            known.join(", ")
        );
    }
    let wanted = |row: &Row<'_>| {
        let name = written(&row.0).to_lowercase();
        find.iter().all(|word| name.contains(&word.to_lowercase()))
    };
    let rows: Vec<Row<'_>> = set.in_year(year).into_iter().filter(wanted).collect();
    if rows.is_empty() {
        bail!(
            "no factor of {year} has {} in its name; `factors show {year}` prints them all",
            find.join(" and ")
        );
    }
    Ok(rows)
}

fn written((name, unit): &(FactorName, FactorUnit)) -> String {
    footprint::factors::row_name(&name.heading, &name.item, &name.route, *unit)
}

fn show(set: &FactorSet, year: i32, find: &[String], format: Format) -> anyhow::Result<()> {
    let rows = rows(set, year, find)?;
    if format == Format::Json {
        let rows: Vec<_> = rows
            .iter()
            .map(|((name, unit), entry)| {
                json!({
                    "year": year, "scope": entry.scope, "level1": name.heading, "item": name.item,
                    "route_or_fuel": name.route, "unit": unit.as_str(), "value": entry.value,
                    "provenance": entry.source.to_string(),
                })
            })
            .collect();
        show::json_line(&json!({ "hash": set.hash, "rows": rows }));
        return Ok(());
    }
    let cells: Vec<_> = rows
        .iter()
        .map(|(key, entry)| {
            vec![
                written(key),
                entry.source.to_string(),
                entry.scope.clone(),
                entry.written.clone(),
            ]
        })
        .collect();
    let table = show::table(&["Factor", "Provenance", "Scope", "kg CO2e"], &cells);
    show::text(&format!(
        "{table}\n\n{} rows of {year}, set {}. Of energy contents (->) the value is kWh per unit, not carbon.",
        rows.len(),
        set.hash
    ));
    Ok(())
}

/// The changes from one year to another: a change of a factor is not a saving.
fn diff(
    set: &FactorSet,
    (from, to): (i32, i32),
    find: &[String],
    format: Format,
) -> anyhow::Result<()> {
    let (old, new): (BTreeMap<_, _>, BTreeMap<_, _>) = (
        rows(set, from, find)?.into_iter().collect(),
        rows(set, to, find)?.into_iter().collect(),
    );
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let value = |of: &BTreeMap<_, &Entry>, key| of.get(key).map(|entry: &&Entry| entry.value);
    let moved: Vec<_> = keys
        .into_iter()
        .map(|key| (key, value(&old, key), value(&new, key)))
        .filter(|(_, old, new)| old != new)
        .collect();
    let are_provisional = new
        .values()
        .chain(old.values())
        .any(|entry| matches!(entry.source, FactorSource::Provisional(_)));
    if format == Format::Json {
        let rows: Vec<_> = moved
            .iter()
            .map(|(key, old, new)| json!({ "row": written(key), "from": old, "to": new }))
            .collect();
        show::json_line(&json!({ "from": from, "to": to, "hash": set.hash, "moved": rows }));
        return Ok(());
    }
    let cell = |value: &Option<f64>| value.map_or("none".to_owned(), |value| value.to_string());
    let cells: Vec<_> = moved
        .iter()
        .map(|(key, old, new)| {
            let change = match (old, new) {
                (Some(old), Some(new)) if *old > 0.0 => {
                    format!("{:+.1}%", (new / old - 1.0) * 100.0)
                }
                _ => String::new(),
            };
            vec![written(key), change, cell(old), cell(new)]
        })
        .collect();
    let (from_heading, to_heading) = (from.to_string(), to.to_string());
    let headings = ["Factor", "Change", &from_heading, &to_heading];
    show::text(&format!(
        "{}\n\n{} factors moved. A figure that falls by its factor is not a saving: the report splits every change.",
        show::table(&headings, &cells),
        moved.len()
    ));
    if are_provisional {
        show::text(
            "Some of these are provisional, not from the DESNZ workbook: `factors show` says which.",
        );
    }
    Ok(())
}
