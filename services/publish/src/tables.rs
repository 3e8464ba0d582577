//! The published tables, each from the figures of one trust over one period. They are flat, columns have units in their
//! names, and nothing depends on anything but the ledger: the same ledger gives the same bytes.

mod baseline;
mod changes;
mod gaps;
mod parts;
mod scoreboard;
mod sufficiency;
mod sums;
mod travel;
mod waste;

use chrono::SecondsFormat;
use footprint::{Baseline, Footprint, Note};

use crate::format;
use crate::rollup::{EnergyUse, Totals, TrustView, passed};
use crate::table::{Columns, Table};

pub use changes::changes;
pub use gaps::findings;
pub use parts::{lines, months};
pub use scoreboard::scoreboard;
pub use sums::trusts;
pub use travel::travel;
pub use waste::waste;

/// The names of the tables, in the order they are written.
pub(crate) const NAMES: [&str; 9] = [
    "schools",
    "lines",
    "months",
    "findings",
    "waste",
    "travel",
    "scoreboard",
    "changes",
    "trusts",
];

/// All tables of a view.
pub(crate) fn all(view: &TrustView) -> [Table; 9] {
    [
        schools(view),
        lines(view),
        months(view),
        findings(view),
        waste(view),
        travel(view),
        scoreboard(view),
        changes(view),
        trusts(view),
    ]
}

struct School<'a> {
    footprint: &'a Footprint,
    totals: Totals,
    baseline: &'a Baseline,
}

/// One row per school: its figures.
pub fn schools(view: &TrustView) -> Table {
    let rows = view.schools.iter().map(|footprint| School {
        footprint,
        totals: Totals::of([footprint.as_ref()]),
        baseline: view.baseline(),
    });
    let columns = key(|row: &School<'_>| row.footprint);
    let columns = columns
        .text("phase", |row| Some(format::snake(row.footprint.phase)))
        .text("period_label", |row| Some(row.footprint.period.label()))
        .day("from_day", |row| Some(passed(row.footprint.period).from))
        .day("to_day", |row| Some(passed(row.footprint.period).to))
        .day("member_from_day", |row| Some(row.footprint.member.from))
        .day("member_to_day", |row| Some(row.footprint.member.to))
        .float("pupils", |row| row.footprint.pupils_in_ratio())
        .int("roll", |row| {
            Some(row.footprint.roll.as_ref()?.pupils.into())
        })
        .day("roll_census_day", |row| {
            Some(row.footprint.roll.as_ref()?.census_date)
        })
        .text("roll_source", |row| {
            Some(row.footprint.roll.as_ref()?.source.clone())
        })
        .float("intensity_tco2e_per_pupil", |row| {
            row.footprint.tonnes_per_pupil()
        })
        .float("partial_intensity_tco2e_per_pupil", |row| {
            row.footprint.partial_tonnes_per_pupil()
        });
    let columns = baseline::of_school(columns, |row| (row.footprint, row.baseline));
    let columns = sufficiency::of_school(columns, |row| row.footprint);
    let columns = figures(columns, |row| &row.totals);
    let columns = waste::of_school(columns, |row| row.footprint)
        .text("stars_level", |row| {
            Some(format::snake(row.footprint.travel.stars.as_ref()?.level))
        })
        .day("stars_valid_until_day", |row| {
            Some(row.footprint.travel.stars.as_ref()?.valid_until)
        })
        .text("stars_eligible", |row| {
            let eligible = footprint::stars::assess(row.footprint).eligible;
            Some(format::snake(eligible?))
        })
        .flag("complete", |row| Some(row.footprint.is_complete()))
        .text("incomplete", |row| joined(&row.footprint.incomplete()))
        .text("notes", |row| joined(&sentences(&row.footprint.notes)))
        .text("factor_set_name", |row| {
            Some(row.footprint.factor_set.name.clone())
        })
        .text("factor_set_version", |row| {
            Some(row.footprint.factor_set.version.clone())
        })
        .text("factor_set_hash", |row| {
            Some(row.footprint.factor_set.hash.clone())
        })
        .text("factor_set_years", |row| {
            Some(format::years(&row.footprint.factor_set.years))
        });
    Table::new("schools", columns, rows)
}

/// The school, trust and period: the first columns of every table except that of trusts.
fn key<'f, R: 'f>(of: fn(&R) -> &Footprint) -> Columns<'f, R> {
    Columns::new()
        .text("trust", move |row| Some(of(row).trust.id.clone()))
        .text("period", move |row| Some(of(row).period.key()))
        .text("urn", move |row| Some(of(row).urn.to_string()))
        .text("school", move |row| Some(of(row).school.clone()))
}

/// The figures that schools and trusts both have.
fn figures<'f, R: 'f>(columns: Columns<'f, R>, of: fn(&R) -> &Totals) -> Columns<'f, R> {
    let mut columns = columns
        .int("gross_mg_co2e", move |row| Some(of(row).known_gross()?.0))
        .float("gross_tco2e", move |row| {
            Some(of(row).known_gross()?.tonnes())
        })
        .int("voluntary_mg_co2e", move |row| {
            Some(of(row).known_voluntary()?.0)
        })
        .float("voluntary_tco2e", move |row| {
            Some(of(row).known_voluntary()?.tonnes())
        });
    for (energy, exact, readable) in ENERGY_COLUMNS {
        columns = columns
            .int(exact, move |row| of(row).energy(energy))
            .float(readable, move |row| {
                of(row).energy(energy).map(events::kilowatt_hours)
            });
    }
    let columns = columns
        .int("half_hours_expected", move |row| {
            Some(of(row).coverage.expected)
        })
        .int("half_hours_present", move |row| {
            Some(of(row).coverage.present)
        })
        .int("half_hours_estimated", move |row| {
            Some(of(row).coverage.estimated)
        })
        .int("half_hours_spread", move |row| {
            Some(of(row).coverage.spread)
        })
        .float("coverage_ratio", move |row| of(row).coverage.ratio())
        .float("estimated_ratio", move |row| {
            of(row).coverage.estimated_ratio()
        })
        .text("last_reading", move |row| {
            let last = of(row).coverage.last_reading?;
            Some(last.to_rfc3339_opts(SecondsFormat::Secs, true))
        });
    waste::figures(gaps::figures(columns, of), of)
}

const ENERGY_COLUMNS: [(EnergyUse, &str, &str); 5] = [
    (
        EnergyUse::Electricity,
        "electricity_milliwatt_hours",
        "electricity_kwh",
    ),
    (EnergyUse::Gas, "gas_milliwatt_hours", "gas_kwh"),
    (EnergyUse::Solar, "solar_milliwatt_hours", "solar_kwh"),
    (EnergyUse::Export, "export_milliwatt_hours", "export_kwh"),
    (
        EnergyUse::Other,
        "other_energy_milliwatt_hours",
        "other_energy_kwh",
    ),
];

fn sentences(notes: &[Note]) -> Vec<String> {
    notes.iter().map(ToString::to_string).collect()
}

fn joined(reasons: &[String]) -> Option<String> {
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn the_same_figures_give_the_same_bytes_in_every_format() {
        let files = || -> Vec<_> {
            let view = fixtures::view();
            let all = all(&view);
            all.iter()
                .map(|table| {
                    let json = table.json("t", "p", &view.totals.factor_sets).unwrap();
                    (table.parquet().unwrap(), table.csv().unwrap(), json)
                })
                .collect()
        };
        assert_eq!(files(), files());
    }

    #[test]
    fn parquet_csv_and_json_say_the_same() {
        let view = fixtures::view();
        for table in all(&view) {
            let parquet = lake::parquet_frame("k", table.parquet().unwrap()).unwrap();
            let json: serde_json::Value =
                serde_json::from_slice(&table.json("t", "p", &view.totals.factor_sets).unwrap())
                    .unwrap();
            let csv = table.csv().unwrap();
            let mut csv = csv::Reader::from_reader(csv.as_slice());
            assert_eq!(parquet.height(), table.rows.len(), "{}", table.name);
            for column in table
                .columns
                .iter()
                .filter(|column| column.kind == crate::Kind::Int)
            {
                let sum: i64 = parquet
                    .column(column.name)
                    .unwrap()
                    .i64()
                    .unwrap()
                    .iter()
                    .flatten()
                    .sum();
                let said = json["rows"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(|row| row[column.name].as_i64());
                assert_eq!(sum, said.sum::<i64>(), "{}", column.name);
            }
            for (row, record) in csv.records().enumerate() {
                let record = record.unwrap();
                for (place, column) in table.columns.iter().enumerate() {
                    let value = &json["rows"][row][column.name];
                    let said = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    let said = if said == "null" { String::new() } else { said };
                    match (record[place].parse::<f64>(), value.as_f64()) {
                        // Reading JSON may miss the last bit of a number; writing it did not.
                        (Ok(csv), Some(json)) => {
                            assert!((csv - json).abs() <= csv.abs() * 1e-15, "{}", column.name)
                        }
                        _ => assert_eq!(record[place], said, "{}", column.name),
                    }
                }
            }
        }
    }
}
