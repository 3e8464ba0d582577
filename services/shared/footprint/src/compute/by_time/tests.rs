use std::collections::BTreeMap;

use chrono::Datelike;
use events::{ActivityKind, ActivityRecorded, ActivityUnit, Channel, Data, Fuel, Unit};

use super::*;
use crate::fixtures::{SchoolFixture, day};
use crate::{Footprint, Method};

const ELECTRICITY: &str = "mpan:2200012767323";
const GAS: &str = "mprn:2412345674";

/// Two years of electricity in kWh and gas in m³, a day of each in every month, and oil over a span that begins and ends within
/// months.
fn school() -> SchoolFixture {
    let mut school = SchoolFixture::school(210, "2024-10-03");
    school.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
    school.owns(GAS, Fuel::Gas, None, Vec::new());
    for month in months("2024-09-01", 26) {
        let on = month.to_string();
        let energy = 100_000_000 + i64::from(month.ordinal()) * 1_234_567;
        school.read(ELECTRICITY, Channel::AI, &on, Unit::KilowattHours, energy);
        school.read(GAS, Channel::AI, &on, Unit::CubicMetres, energy / 7);
    }
    school.event(Data::ActivityRecorded(ActivityRecorded {
        activity: ActivityKind::GasOil,
        quantity: 1_000.0,
        unit: ActivityUnit::Litre,
        from: day("2025-02-10"),
        to: day("2025-05-20"),
        estimated: false,
        replaces: None,
    }));
    school
}

fn months(from: &str, count: u32) -> Vec<NaiveDate> {
    let from: NaiveDate = from.parse().unwrap();
    let month = |n| from.checked_add_months(Months::new(n)).unwrap();
    (0..count).map(month).collect()
}

fn computed(school: &SchoolFixture, as_of: &str) -> Vec<Footprint> {
    school.as_of(&Method::published().unwrap(), day(as_of))
}

fn urn() -> Urn {
    "900100".parse().unwrap()
}

fn of(school: &SchoolFixture, month: NaiveDate, as_of: &str) -> MonthOfUse {
    let views = BTreeMap::new();
    let found = month_of_use(urn(), &school.history, &views, month, day(as_of));
    found.into_iter().next().unwrap()
}

fn check(kilograms: f64, of: &Footprint) {
    // Each line is rounded to the milligram once, and cubic metres to the milliwatt-hour once a month.
    let whole = of.gross.0 as f64 / 1e6;
    assert!((kilograms - whole).abs() < 1e-4, "{kilograms} and {whole}");
    assert!(whole > 1_000.0);
}

#[test]
fn the_months_of_an_academic_year_add_up_to_its_footprint() {
    let (school, as_of) = (school(), "2026-11-22");
    let all = computed(&school, as_of);
    let mut years = all.iter();
    let year = years.find(|one| one.period.key() == "2024-25").unwrap();
    let kilograms = |month| of(&school, month, as_of).kilograms(year, FactorsOf::AcademicYear);
    let sum: f64 = months("2024-09-01", 12)
        .into_iter()
        .filter_map(kilograms)
        .sum();
    check(sum, year);
}

#[test]
fn twelve_months_at_their_own_years_factors_are_the_trailing_footprint_of_that_day() {
    let school = school();
    for (as_of, from) in [("2026-03-01", "2025-03-01"), ("2025-09-01", "2024-09-01")] {
        let then = computed(&school, as_of);
        let mut found = then.iter();
        let trailing = found
            .find(|one| one.period.key() == "trailing-12-months")
            .unwrap();
        let now = computed(&school, "2026-11-22");
        let kilograms = |month: NaiveDate| {
            let key = AcademicYear::of(month).path();
            let year = now.iter().find(|one| one.period.key() == key).unwrap();
            of(&school, month, "2026-11-22").kilograms(year, FactorsOf::OwnYear)
        };
        let sum: f64 = months(from, 12).into_iter().filter_map(kilograms).sum();
        check(sum, trailing);
    }
}

#[test]
fn a_day_is_counted_once_it_is_over_and_by_its_use() {
    let school = school();
    let month = day("2025-03-01");
    let of_month = of(&school, month, "2026-11-22");
    let items: Vec<Item> = of_month.days.keys().map(|(_, item)| *item).collect();
    assert_eq!(items, [Item::Electricity, Item::Gas]);
    assert_eq!(
        of_month.days[&(month, Item::Electricity)],
        100_000_000 + 60 * 1_234_567
    );
    assert!(of(&school, month, "2025-03-01").days.is_empty());
    assert_eq!(of(&school, month, "2025-03-01").quantities, BTreeMap::new());
}

#[test]
fn a_half_hour_is_stamped_with_its_beginning_and_gas_is_converted() {
    use crate::ledger::Slots;
    use crate::view::{Contradictions, DayView};
    let school = school();
    // The clocks went back on 26 October 2025: the day has 50 half-hours and begins at 23:00 UTC.
    let on = day("2025-10-26");
    let view = |meter: &str, unit| {
        let mut slots = Slots::default();
        slots.set(0, 2_000_000, events::Quality::Actual);
        slots.set(49, 3_000_000, events::Quality::Actual);
        let key = DayKey {
            meter: meter.parse().unwrap(),
            channel: Channel::AI,
            day: on,
        };
        let view = DayView {
            unit,
            slots,
            contradictions: Contradictions::default(),
        };
        (key, view)
    };
    let views = BTreeMap::from([
        view(ELECTRICITY, Unit::KilowattHours),
        view(GAS, Unit::CubicMetres),
        view("mpan:2399999909024", Unit::KilowattHours),
    ]);
    let month = day("2025-10-01");
    let found = month_of_use(urn(), &school.history, &views, month, day("2026-11-22"));
    let [electricity, gas] = found[0].half_hours.as_slice() else {
        panic!("{found:?}");
    };
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let wanted = [
        (at("2025-10-25T23:00:00Z"), 2.0),
        (at("2025-10-26T23:30:00Z"), 3.0),
    ];
    assert_eq!(electricity.kilowatt_hours, wanted);
    assert_eq!(gas.kilowatt_hours[0].1, 2.0 * gas_kwh_per_m3(None));
}
