//! The trailing twelve months: each day by the factors of its own calendar year, so that nothing jumps.

use events::{ActivityKind, ActivityUnit, Fuel, MICRO, MilligramsCo2e};
use footprint::factors::Fallback;
use footprint::{Footprint, Item, Lack, Method, Note, YearRule};

use super::{ELECTRICITY, GAS, SchoolFixture, day};

/// 1,000 kWh of electricity and as many of gas every day from 2025 to the end of January 2027.
fn steady() -> SchoolFixture {
    let mut school = SchoolFixture::school(1_000, "2025-10-02");
    for (meter, fuel) in [(ELECTRICITY, Fuel::Electricity), (GAS, Fuel::Gas)] {
        school.sends_daily(meter, fuel, "2025-01-01", "2027-01-31", 1_000 * MICRO);
    }
    school
}

fn trailing(school: &SchoolFixture, fallback: Fallback, as_of: &str) -> Footprint {
    let method = Method {
        fallback,
        ..Method::published().expect("the table")
    };
    let all = school.as_of(&method, day(as_of)).into_iter();
    let mut trailing = all.filter(|one| one.period.key() == "trailing-12-months");
    trailing.next().expect("the trailing months")
}

/// The twelve months to 2 July 2026 have 182 days of 2025 and 183 of 2026. Electricity: 182,000 kWh × 0.177 = 32,214 kg and
/// 183,000 × 0.13096 = 23,965.68 kg. Gas: 182,000 × 0.18296 = 33,298.72 kg and 183,000 × 0.18231 = 33,362.73 kg. Together
/// 122,841.13 kg.
#[test]
fn each_day_is_priced_by_its_own_calendar_year() {
    let year = trailing(&steady(), Fallback::None, "2026-07-03");
    assert_eq!(year.gross, MilligramsCo2e(122_841_130_000));
    let lines: Vec<(&str, i64, i32, i64)> = year
        .lines
        .iter()
        .filter(|line| ["gas", "electricity"].contains(&line.item.as_str()))
        .map(|line| {
            let price = line.price.as_ref().expect("a price");
            (line.item.as_str(), line.quantity, price.year, price.co2e.0)
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("gas", 182_000 * MICRO, 2025, 33_298_720_000),
            ("gas", 183_000 * MICRO, 2026, 33_362_730_000),
            ("electricity", 182_000 * MICRO, 2025, 32_214_000_000),
            ("electricity", 183_000 * MICRO, 2026, 23_965_680_000),
        ]
    );
    assert_eq!(year.factor_set.method, YearRule::OwnYear);
    assert_eq!(year.factor_set.years, [2025, 2026]);
}

/// A day of 2025 leaves and one of 2026 enters: 1,000 × (0.13096 − 0.177) − 1,000 × (0.18296 − 0.18231) = −46.69 kg, the
/// same on every day, whichever year has more days. By the majority rule the whole year would drop by some 8,500 kg in one
/// night.
#[test]
fn nothing_jumps_when_most_days_are_of_another_year() {
    let school = steady();
    let days = day("2026-06-25").iter_days().take(14);
    let gross: Vec<i64> = days
        .map(|as_of| {
            trailing(&school, Fallback::None, &as_of.to_string())
                .gross
                .0
        })
        .collect();
    let steps: Vec<i64> = gross.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(steps, [-46_690_000; 13]);
}

/// Nothing is published for 2027 yet: its days take the factors of 2026, with a note. A litre of heating oil has no factor
/// of 2026, so nothing stands in for it.
#[test]
fn days_of_a_year_without_published_factors_take_the_last_years_with_a_note() {
    let mut school = steady();
    let litre = ActivityUnit::Litre;
    school.activity(ActivityKind::BurningOil, 100.0, litre, "2027-01-10");
    let year = trailing(&school, Fallback::None, "2027-01-31");
    // 365 days of 2026 and 2027 at the factors of 2026: 365,000 × (0.13096 + 0.18231) = 114,343.55 kg.
    assert_eq!(year.gross, MilligramsCo2e(114_343_550_000));
    let stands_in = Note::StandInFactor {
        item: Item::Electricity,
        year: 2027,
        factor_year: 2026,
        of_a_blend: false,
    };
    assert!(year.notes.contains(&stands_in), "{:?}", year.notes);
    let oil = Item::Activity(ActivityKind::BurningOil);
    let unpriced = |lack: &Lack| matches!(lack, Lack::Factor { item, years, .. } if *item == oil && years == "2027");
    assert!(year.lacks.iter().any(unpriced), "{:?}", year.lacks);
}

/// 310 litres of minibus diesel over 31 days, 16 of them in 2025: 160 × 2.57082 = 411.3312 kg and 150 × 2.58354 = 387.531 kg.
#[test]
fn a_quantity_over_the_turn_of_the_year_is_shared_by_days() {
    let mut school = SchoolFixture::school(1_000, "2025-10-02");
    school.event(events::Data::ActivityRecorded(events::ActivityRecorded {
        activity: ActivityKind::MinibusDiesel,
        quantity: 310.0,
        unit: ActivityUnit::Litre,
        from: day("2025-12-16"),
        to: day("2026-01-15"),
        estimated: false,
        replaces: None,
    }));
    let year = trailing(&school, Fallback::None, "2026-07-03");
    assert_eq!(year.gross, MilligramsCo2e(411_331_200 + 387_531_000));
}
