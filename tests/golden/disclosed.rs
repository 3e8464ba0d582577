//! Notes beside figures: fallback factors, factors that are not from the workbook, and unknown values.

use events::{ActivityKind, ActivityUnit, Channel, Fuel, MICRO, MilligramsCo2e, Unit};
use footprint::factors::Fallback;
use footprint::note::Counts;
use footprint::{Block, FactorSource, Footprint, Item, Lack, Method, Note, YearChoice};

use super::{ELECTRICITY, SUN, SchoolFixture, line};

fn energy(of: &Footprint, item: &str) -> Option<i64> {
    line(of, item).energy
}

/// No energy content of diesel is published for 2026: 2025's 9.905 kWh per litre stands in for 243 of 365 days as well, so
/// 1,000 l are (122 × 9.905 + 243 × 9.905) ÷ 365 × 1,000 = 9,905 kWh.
#[test]
fn an_energy_content_that_stands_in_is_disclosed_where_factors_are_blended() {
    let mut school = SchoolFixture::school(100, "2025-10-02");
    let (diesel, litres) = (ActivityKind::MinibusDiesel, ActivityUnit::Litre);
    school.activity(diesel, 1_000.0, litres, "2026-02-01");
    let method = Method {
        year_choice: YearChoice::Blended,
        fallback: Fallback::PreviousYear,
        ..Method::published().expect("the table")
    };
    let year = school.by("2025-26", &method);
    assert_eq!(energy(&year, "minibus_diesel"), Some(9_905 * MICRO));
    let stands_in = Note::StandInContent {
        item: Item::Activity(ActivityKind::MinibusDiesel),
        year: 2026,
        factor_year: 2025,
    };
    assert!(year.notes.contains(&stands_in), "{:?}", year.notes);
    let from = year.lines.iter().find_map(|line| line.energy_from.clone());
    assert!(from.expect("a content").contains("2025"));
}

/// Well to tank of electricity is second-hand in 2024 and read from the workbook in 2025: blended, 2024 is to be named.
#[test]
fn of_blended_factors_the_year_that_was_read_second_hand_is_named() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    school.kwh(ELECTRICITY, "2025-02-01", 1);
    let year = school.blended("2024-25");
    let provisional = year.notes.iter().filter_map(|note| match note {
        Note::ProvisionalFactors { factor_year, items } => Some((*factor_year, items)),
        _ => None,
    });
    let provisional: Vec<_> = provisional.collect();
    let [(2024, items)] = provisional.as_slice() else {
        panic!("{:?}", year.notes);
    };
    assert!(items.contains(&Item::WttElectricity), "{items:?}");
}

/// No energy content of a tonne of pellets is published: the carbon is known, the kilowatt-hours are not.
#[test]
fn pellets_by_the_tonne_leave_the_energy_incomplete_and_not_nought() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    let (pellets, tonne) = (ActivityKind::WoodPellets, ActivityUnit::Tonne);
    school.activity(pellets, 10.0, tonne, "2025-02-01");
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(energy(&year, "wood_pellets"), None);
    let is_of_pellets = |lack: &Lack| matches!(lack, Lack::EnergyContent { item, .. } if item.as_str() == "wood_pellets");
    assert!(year.lacks.iter().any(is_of_pellets), "{:?}", year.lacks);
}

/// The trust's own 10 kWh per litre: 1,000 l are 10,000 kWh, and the source of the energy content is named.
#[test]
fn an_energy_content_of_the_trusts_own_is_disclosed() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    let (diesel, litres) = (ActivityKind::MinibusDiesel, ActivityUnit::Litre);
    school.activity(diesel, 1_000.0, litres, "2025-02-01");
    let own = "trust,year,level1,item,route_or_fuel,unit,value,source\n\
               ,2025,Fuel properties,Diesel (average biofuel blend),,litres -> kWh (Net CV),10,the supplier's sheet\n";
    let year = school.with_own("2024-25", own);
    assert_eq!(energy(&year, "minibus_diesel"), Some(10_000 * MICRO));
    let own = Note::OwnFactor {
        item: Item::Activity(ActivityKind::MinibusDiesel),
        counts: Counts::Energy,
        source: FactorSource::Own("the supplier's sheet".to_owned()),
    };
    assert!(year.notes.contains(&own), "{:?}", year.notes);
}

/// Panels made 1,000 kWh, of which their own export meter, registered as theirs, counted 400 back to the grid: 600 were
/// used. Export is 400 × 0.177 = 70.8 kg below the line, as in the months.
#[test]
fn the_export_channel_of_a_solar_meter_is_export_and_not_used_on_site() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    let kwh = Unit::KilowattHours;
    school.kwh(SUN, "2025-06-01", 1_000);
    let export = "mpan:2000027391990";
    school.owns(export, Fuel::Solar, None, Vec::new());
    school.read(export, Channel::AE, "2025-06-01", kwh, 400 * MICRO);
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(energy(&year, "solar"), Some(600 * MICRO));
    let line = line(&year, "export");
    assert_eq!((line.block, line.quantity), (Block::BelowLine, 400 * MICRO));
    let co2e = line.price.as_ref().map(|price| price.co2e);
    assert_eq!(co2e, Some(MilligramsCo2e(70_800_000)));
    let month = year
        .months
        .iter()
        .find(|month| month.item.as_str() == "export");
    assert_eq!(month.map(|month| month.energy), Some(400 * MICRO));
}

/// Panels with an export meter of their own. On 25 days both meters sent readings: 62.4 kWh were generated and 8.48
/// exported, so 25 × 53.92 = 1,348 kWh were used. On 4 more days only the export meter did, 28 kWh each: 112 kWh that the
/// generation meter did not record. Subtracted from the other days' generation they would leave 1,560 − 212 − 112 = 1,236
/// kWh.
#[test]
fn export_of_days_without_generation_readings_takes_nothing_off_other_days() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    let kwh = Unit::KilowattHours;
    let export = "mpan:2000027391990";
    school.owns(SUN, Fuel::Solar, None, Vec::new());
    school.owns(export, Fuel::Solar, None, Vec::new());
    for day in 1..=29 {
        let on = format!("2025-06-{day:02}");
        let both = day <= 25;
        let exported = if both { 8_480_000 } else { 28 * MICRO };
        school.read(export, Channel::AE, &on, kwh, exported);
        if both {
            school.read(SUN, Channel::AI, &on, kwh, 62_400_000);
        }
    }
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(energy(&year, "solar"), Some(1_348 * MICRO));
    assert_eq!(energy(&year, "export"), Some(324 * MICRO));
    let unread = Note::UnreadGeneration {
        days: 4,
        exported: 112 * MICRO,
    };
    assert!(year.notes.contains(&unread), "{:?}", year.notes);
}

/// On the first day 10 kWh were made and 4 exported; on the second the generation meter lost all but 1 kWh, of which 5
/// were exported: 6 kWh are known to have been used, and not 6 − 4.
#[test]
fn a_day_of_more_export_than_generation_takes_nothing_off_other_days() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    let kwh = Unit::KilowattHours;
    school.owns(SUN, Fuel::Solar, None, Vec::new());
    for (on, made, exported) in [("2025-06-01", 10, 4), ("2025-06-02", 1, 5)] {
        school.read(SUN, Channel::AI, on, kwh, made * MICRO);
        school.read(SUN, Channel::AE, on, kwh, exported * MICRO);
    }
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(energy(&year, "solar"), Some(6 * MICRO));
    let excess = Note::ExportOverGeneration { excess: 4 * MICRO };
    assert!(year.notes.contains(&excess), "{:?}", year.notes);
}
