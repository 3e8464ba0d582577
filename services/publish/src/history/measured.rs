//! What the receiver is to have of one month and shard: half-hours and days, and what a trust's intensities are made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Months, NaiveDate};
use events::{AcademicYear, Channel, MICRO, Topic, Urn};
use footprint::ledger::{LedgerEvent, MeterDay, events_from_frame, readings_from_frame};
use footprint::view::{revisions, views};
use footprint::{FactorsOf, Footprint, Item, MonthOfUse, SchoolEvent, SchoolHistory, month_of_use};
use lake::{Lake, LedgerFolder, Month};
use polars::prelude::{DataFrame, PolarsResult};

use super::error::HistoryError;
use super::intensities::{Amount, stamp};
use super::ledger_tags::{EVENTS, first_day};
use super::series::{Metric, Series, Wanted};

/// The footprints of academic years, and the factor years of the trusts' baselines.
#[derive(Clone, Default)]
pub(super) struct Years {
    pub footprints: BTreeMap<(String, Urn, AcademicYear), Arc<Footprint>>,
    pub baselines: BTreeMap<String, i32>,
    /// The day from which on nothing is settled.
    pub settled: NaiveDate,
}

/// The schools of one shard, with all of their events but readings.
pub(super) async fn histories(
    lake: &Lake,
    folders: impl Iterator<Item = LedgerFolder>,
) -> Result<BTreeMap<Urn, SchoolHistory>, HistoryError> {
    let mut rows: Vec<LedgerEvent> = Vec::new();
    for folder in folders.filter(|folder| EVENTS.contains(&folder.topic)) {
        rows.extend(read(lake, folder, events_from_frame).await?);
    }
    let mut histories: BTreeMap<Urn, SchoolHistory> = BTreeMap::new();
    for row in revisions(rows) {
        // Of an event that cannot be read any more, aggregate has made no figures either.
        if let Ok(event) = SchoolEvent::of(&row) {
            let history = histories.entry(row.urn).or_default();
            history.add(row.identity.clone(), event);
        }
    }
    Ok(histories)
}

/// What is wanted of a month of these schools.
pub(super) async fn month(
    lake: &Lake,
    month: Month,
    shard: u32,
    histories: Arc<BTreeMap<Urn, SchoolHistory>>,
    years: Arc<Years>,
) -> Result<(Wanted, Vec<Amount>), HistoryError> {
    let folder = LedgerFolder {
        topic: Topic::Readings,
        month,
        shard,
    };
    let rows = read(lake, folder, readings_from_frame).await?;
    let first = first_day(month);
    let made = move || {
        let mut by_school: BTreeMap<Urn, Vec<MeterDay>> = BTreeMap::new();
        for row in rows {
            by_school.entry(row.urn).or_default().push(row);
        }
        let mut made = Made::default();
        for (urn, history) in histories.iter() {
            let rows = by_school.remove(urn).unwrap_or_default();
            let views = views(&rows, history.withdrawals());
            let mut history = history.clone();
            for (key, view) in &views {
                history.set_day(key, view.sum());
            }
            for month in month_of_use(*urn, &history, &views, first, years.settled) {
                made.add(&month, &years);
            }
        }
        (made.wanted, made.amounts)
    };
    Ok(tokio::task::spawn_blocking(made).await?)
}

#[derive(Default)]
struct Made {
    wanted: Wanted,
    amounts: Vec<Amount>,
}

impl Made {
    fn add(&mut self, month: &MonthOfUse, years: &Years) {
        let year = AcademicYear::of(month.month);
        let key = (month.trust.clone(), month.urn, year);
        // Aggregate has not computed this school yet, or it is no school of the trust any more.
        let Some(footprint) = years.footprints.get(&key) else {
            return;
        };
        let baseline = years.baselines.get(&month.trust).copied();
        self.half_hours(month);
        self.days(month, footprint, baseline);
        let next = month.month.checked_add_months(Months::new(1));
        if next.is_some_and(|next| next <= years.settled) {
            let at = |factors| month.kilograms(footprint, factors);
            self.amounts.push(Amount {
                trust: month.trust.clone(),
                urn: month.urn,
                month: month.month,
                member_days: month.member.count(),
                reported: at(FactorsOf::AcademicYear),
                own_year: at(FactorsOf::OwnYear),
                constant: baseline.and_then(|year| at(FactorsOf::Year(year))),
            });
        }
    }

    fn half_hours(&mut self, month: &MonthOfUse) {
        for meter in &month.half_hours {
            let direction = match meter.channel {
                Channel::AE => "export",
                _ => "import",
            };
            let series = Series::new(
                Metric::HalfHour,
                [
                    ("trust", month.trust.clone()),
                    ("urn", month.urn.to_string()),
                    ("meter", meter.meter.to_string()),
                    ("fuel", Item::of_fuel(meter.fuel).as_str().to_owned()),
                    ("direction", direction.to_owned()),
                ],
            );
            let values = meter.kilowatt_hours.iter();
            let values = values.map(|(begins, value)| (begins.timestamp_millis(), *value));
            self.wanted.entry(series).or_default().extend(values);
        }
    }

    fn days(&mut self, month: &MonthOfUse, footprint: &Footprint, baseline: Option<i32>) {
        for ((day, item), energy) in &month.days {
            let labels = || {
                [
                    ("trust", month.trust.clone()),
                    ("urn", month.urn.to_string()),
                    ("fuel", item.as_str().to_owned()),
                ]
            };
            let mut put = |series, value| {
                let values = self.wanted.entry(series).or_default();
                values.insert(stamp(*day), value);
            };
            put(
                Series::new(Metric::DayEnergy, labels()),
                *energy as f64 / MICRO as f64,
            );
            let reported = Some(("reported", FactorsOf::AcademicYear));
            let constant = baseline.map(|year| ("baseline", FactorsOf::Year(year)));
            for (label, factors) in [reported, constant].into_iter().flatten() {
                let kilograms = month.day_kilograms(footprint, *item, *energy, factors);
                if let Some(kilograms) = kilograms {
                    let mut series = Series::new(Metric::DayCarbon, labels());
                    series.labels.insert("factors".to_owned(), label.to_owned());
                    put(series, kilograms);
                }
            }
        }
    }
}

async fn read<R: Send + 'static>(
    lake: &Lake,
    folder: LedgerFolder,
    of: fn(&DataFrame) -> PolarsResult<Vec<R>>,
) -> Result<Vec<R>, HistoryError> {
    let objects = lake.read_folder(folder).await?;
    let parsed = tokio::task::spawn_blocking(move || {
        let parsed: PolarsResult<Vec<Vec<R>>> =
            objects.iter().map(|object| of(&object.rows)).collect();
        parsed
    });
    let parsed = parsed.await?;
    let parsed = parsed.map_err(|source| HistoryError::Rows(folder.key(), source))?;
    Ok(parsed.into_iter().flatten().collect())
}
