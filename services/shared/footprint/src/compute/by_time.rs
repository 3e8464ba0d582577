//! What a school used in one month, by half-hour, day and month, and what that is in carbon: the same arithmetic as that of a
//! footprint, over a shorter run of days.

mod carbon;

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Months, NaiveDate, Utc};
use events::{
    AcademicYear, Channel, Fuel, MICRO, MeterId, Quantity, SettlementDay, Unit, Urn, gas_kwh_per_m3,
};

use super::{Frame, Subject, meters, quantities, yesterday};
use crate::item::Item;
use crate::ledger::DayKey;
use crate::line::Block;
use crate::period::{Days, Period};
use crate::school_history::{OwnedMeter, Register, SchoolHistory};
use crate::view::DayView;

pub use carbon::FactorsOf;

/// One school of one trust in one calendar month.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthOfUse {
    /// The trust's id.
    pub trust: String,
    /// The school.
    pub urn: Urn,
    /// The first day of the month.
    pub month: NaiveDate,
    /// The days of the month on which the school is a member of the trust.
    pub member: Days,
    /// The half-hours of each meter and channel that measures energy.
    pub half_hours: Vec<MeterHalfHours>,
    /// Milliwatt-hours by day and use, of the days that are over. A day without a value is absent, and is not a day of zero.
    pub days: BTreeMap<(NaiveDate, Item), Quantity>,
    /// What statutory carbon is made of, in millionths of the unit, of the days that are over.
    pub quantities: BTreeMap<(Item, &'static str), Quantity>,
}

/// The half-hours of one channel of one meter.
#[derive(Debug, Clone, PartialEq)]
pub struct MeterHalfHours {
    /// The meter.
    pub meter: MeterId,
    /// What it measures.
    pub fuel: Fuel,
    /// Import or export.
    pub channel: Channel,
    /// The beginning of each half-hour with a value, and its kilowatt-hours.
    pub kilowatt_hours: Vec<(DateTime<Utc>, f64)>,
}

/// The month of each membership that the school has in it, as of a day. The history needs the day sums of the month; `views`
/// are of the same rows.
pub fn month_of_use(
    urn: Urn,
    history: &SchoolHistory,
    views: &BTreeMap<DayKey, DayView>,
    month: NaiveDate,
    as_of: NaiveDate,
) -> Vec<MonthOfUse> {
    let (register, position) = (Register::of(history), BTreeMap::new());
    let subject = Subject {
        urn,
        history,
        position: &position,
    };
    let Some(next) = month.checked_add_months(Months::new(1)) else {
        return Vec::new();
    };
    let days = Days {
        from: month,
        to: yesterday(next),
    };
    let mut months = Vec::new();
    for membership in &register.memberships {
        // If another trust's days lie in the middle of the membership, a month counts the last run, as a period does.
        let runs = membership.days.iter().rev();
        let found = runs
            .map(|run| (*run, days.and(*run)))
            .find(|(_, member)| member.count() > 0);
        let Some((run, member)) = found else { continue };
        let counted = Days {
            from: member.from,
            to: member.to.min(yesterday(as_of)),
        };
        let year = AcademicYear::of(month);
        let frame = Frame {
            subject: &subject,
            register: &register,
            membership,
            period: Period::AcademicYear { year, as_of },
            member,
            joined: run.from,
            counted,
            seen: member,
            roll: None,
        };
        months.push(MonthOfUse {
            trust: membership.school.trust.id.clone(),
            urn,
            month,
            member,
            half_hours: half_hours(&frame, views),
            days: days_of(&frame),
            quantities: statutory(&frame),
        });
    }
    months
}

/// The quantities of the footprint's statutory lines.
fn statutory(frame: &Frame<'_>) -> BTreeMap<(Item, &'static str), Quantity> {
    let mut sums = BTreeMap::new();
    if frame.counted.count() == 0 {
        return sums;
    }
    let metered = meters::figures(frame);
    let all = quantities::quantities(std::slice::from_ref(frame), &[metered]);
    let statutory = all.into_iter().filter(|one| one.block == Block::Statutory);
    for one in statutory {
        *sums.entry((one.item, one.unit)).or_default() += one.quantity;
    }
    sums
}

/// Energy by day and use; export is one use, whichever meter measured it.
fn days_of(frame: &Frame<'_>) -> BTreeMap<(NaiveDate, Item), Quantity> {
    let mut days = BTreeMap::new();
    for meter in &frame.register.meters {
        let runs = meter.runs(frame.counted);
        for channel in [Channel::AI, Channel::AE] {
            let series = frame
                .subject
                .history
                .series(&meter.registered.meter, channel);
            let of_months = series.map(|series| meters::by_month(series, &runs));
            let of_days = of_months
                .into_iter()
                .flat_map(BTreeMap::into_values)
                .flatten();
            for (day, sum) in of_days {
                let energy = meters::energy_of_month(&[(day, sum)], meter);
                *days.entry((day, use_of(meter, channel))).or_default() += energy;
            }
        }
    }
    days
}

fn use_of(meter: &OwnedMeter, channel: Channel) -> Item {
    match channel {
        Channel::AE => Item::Export,
        _ => Item::of_fuel(meter.registered.fuel),
    }
}

fn half_hours(frame: &Frame<'_>, views: &BTreeMap<DayKey, DayView>) -> Vec<MeterHalfHours> {
    let mut all: BTreeMap<(&MeterId, Channel), MeterHalfHours> = BTreeMap::new();
    for (key, view) in views {
        let mut meters = frame.register.meters.iter();
        let owned = meters.find(|meter| meter.registered.meter == key.meter);
        let registered = owned.and_then(|meter| meter.on(key.day));
        let (Some(owned), Some(registered)) = (owned, registered) else {
            continue;
        };
        let kwh_per_unit = match view.unit {
            Unit::KilowattHours => 1.0,
            Unit::CubicMetres => gas_kwh_per_m3(registered.calorific_value),
            Unit::KilovarHours => continue,
        };
        let is_energy = matches!(key.channel, Channel::AI | Channel::AE);
        if !is_energy || !frame.member.contains(key.day) {
            continue;
        }
        let series = all
            .entry((&key.meter, key.channel))
            .or_insert_with(|| MeterHalfHours {
                meter: key.meter.clone(),
                fuel: owned.registered.fuel,
                channel: key.channel,
                kilowatt_hours: Vec::new(),
            });
        let day = SettlementDay(key.day);
        for slot in 0..day.slots() {
            if let Some(value) = view.slots.value(slot) {
                let starts = day.starts() + Duration::minutes(30 * slot as i64);
                let kilowatt_hours = value as f64 * kwh_per_unit / MICRO as f64;
                series.kilowatt_hours.push((starts, kilowatt_hours));
            }
        }
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests;
