//! Tables that others published, and worked examples of the workbooks.

use events::ActivityKind::{MinibusDiesel, StaffCar, StaffCarPlugInHybrid};
use events::ActivityUnit::{Litre, Mile};
use events::{Channel, MICRO, MilligramsCo2e, Unit};
use footprint::factors::Fallback;
use footprint::note::Counts;
use footprint::{Block, FactorSource, Footprint, Item, Note};

use super::{ELECTRICITY, GAS, SUN, SchoolFixture, line, tonnes};

/// A company's SECR table of 2024 and 2023: 2,915,946 kWh × 0.20705 = 603,746.6193 kg and 3,229,297 kWh × 0.2070743 =
/// 668,704.4158 kg, published as 603.74 t and 668.70 t. An academic year takes the factors of the year it ends in.
#[test]
fn a_companys_published_electricity_is_met_in_both_years() {
    let year = |kwh: i64, on: &str, period: &str| {
        let mut school = SchoolFixture::school(1_000, "2022-10-06");
        school.kwh(ELECTRICITY, on, kwh);
        tonnes(&school.footprint(period, Fallback::None), "electricity")
    };
    assert_eq!(year(2_915_946, "2024-02-01", "2023-24"), "603.746619");
    assert_eq!(year(3_229_297, "2023-02-01", "2022-23"), "668.704416");
}

/// 1,000 pupils; gas 1,200 kWh × 0.18 = 216 kg; grid electricity 2,400 kWh × 0.207074 = 496.9776 kg; 900 kWh generated of
/// which 300 exported; grid losses 2,400 × 0.0183 = 43.92 kg. The ratio is 712.9776 kg over 1,000 pupils, and with the
/// losses 756.8976 kg: not the 0.2564 that pupils over kilowatt-hours gave elsewhere.
#[test]
fn a_school_with_panels_gives_712_978_kilograms_and_0_00071298_tonnes_per_pupil() {
    let own = "trust,year,level1,item,route_or_fuel,unit,value,source\n\
        golden,2023,Fuels,Natural gas,,kWh (Gross CV),0.18,a fixture\n\
        golden,2023,UK electricity,Electricity generated,,kWh,0.207074,a fixture\n\
        golden,2023,T&D,T&D- UK electricity,,kWh,0.0183,a fixture\n";
    let mut school = SchoolFixture::school(1_000, "2022-10-06");
    let (on, kwh) = ("2023-05-01", Unit::KilowattHours);
    school.kwh(GAS, on, 1_200);
    school.kwh(ELECTRICITY, on, 2_400);
    school.read(ELECTRICITY, Channel::AE, on, kwh, 300 * MICRO);
    school.kwh(SUN, on, 900);
    let year = school.with_own("2022-23", own);
    assert_eq!(tonnes(&year, "gas"), "0.216000");
    assert_eq!(tonnes(&year, "electricity"), "0.496978");
    assert_eq!(tonnes(&year, "grid_losses"), "0.043920");
    assert_eq!(tonnes(&year, "solar"), "0.000000");
    assert_eq!(tonnes(&year, "export"), "0.062122");
    assert_eq!(energy(&year), 4_200 * MICRO);
    assert_eq!(year.gross, MilligramsCo2e(712_977_600));
    let ratio = year.known_tonnes_per_pupil().expect("pupils");
    assert_eq!(format!("{ratio:.8}"), "0.00071298");
    let losses = MilligramsCo2e(43_920_000);
    let with_losses = (year.gross.0 + losses.0) as f64 / 1e9 / 1_000.0;
    assert_eq!(format!("{with_losses:.8}"), "0.00075690");
    let own = Note::OwnFactor {
        item: Item::Gas,
        counts: Counts::Emissions,
        source: FactorSource::Own("a fixture".to_owned()),
    };
    assert!(year.notes.contains(&own), "{:?}", year.notes);
}

/// Milliwatt-hours of the statutory lines.
fn energy(year: &Footprint) -> i64 {
    let statutory = year
        .lines
        .iter()
        .filter(|line| line.block == Block::Statutory);
    statutory.filter_map(|line| line.energy).sum()
}

/// The workbook's example of a plug-in hybrid: 10,000 miles × 0.11397 = 1,139.7 kg.
#[test]
fn ten_thousand_miles_of_a_plug_in_hybrid_are_1_140_kilograms() {
    let own = "trust,year,level1,item,route_or_fuel,unit,value,source\n\
        ,2025,Business travel- land,Average car,Plug-in Hybrid Electric Vehicle,miles,0.11397,the workbook's example\n";
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    school.activity(StaffCarPlugInHybrid, 10_000.0, Mile, "2025-03-01");
    let year = school.with_own("2024-25", own);
    assert_eq!(tonnes(&year, "staff_car_plug_in_hybrid"), "1.139700");
}

/// SECR's energy of a trust's year, by the 2025 tables: 3,200 l of diesel × 9.905 = 31,696 kWh (net), and 18,000 miles ×
/// 1.609344 km × 0.68773 = 19,922.295 kWh.
#[test]
fn vehicles_count_their_net_energy_by_the_years_tables() {
    let mut school = SchoolFixture::school(5_400, "2024-10-03");
    let on = "2025-03-01";
    school.activity(MinibusDiesel, 3_200.0, Litre, on);
    school.activity(StaffCar, 18_000.0, Mile, on);
    let year = school.footprint("2024-25", Fallback::None);
    let kwh = |item: &str| {
        let energy = line(&year, item).energy.expect("energy");
        format!("{:.3}", events::kilowatt_hours(energy))
    };
    assert_eq!(kwh("minibus_diesel"), "31696.000");
    assert_eq!(kwh("staff_car"), "19922.295");
}
