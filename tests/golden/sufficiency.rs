//! Whether there is enough data for a claim, worked by hand. 2024/25 has 365 days, of which one has 46 and one 50 half-hours:
//! 17,520 of each meter. 90% of them are 15,768.

use events::{ActivityKind, ActivityUnit, Channel, Fuel, Heating, MeterRegistered};
use footprint::factors::Fallback;
use footprint::{Days, Footprint, Lack, LeastCoverage, Method, Missing, TrustSufficiency};

use super::{ELECTRICITY, GAS, SchoolFixture, day};

const YEAR: i64 = 17_520;

/// A school of 100 pupils whose electricity meter has sent so many half-hours of 2024/25, each of 1 kWh, from its first day
/// on without a gap.
fn school(electricity: i64) -> SchoolFixture {
    let mut fixture = SchoolFixture::school(100, "2024-10-03");
    fixture.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
    fixture.sends(ELECTRICITY, Channel::AI, "2024-09-01", electricity);
    fixture
}

/// The same with a gas meter.
fn with_gas(electricity: i64, gas: i64) -> SchoolFixture {
    let mut fixture = school(electricity);
    fixture.owns(GAS, Fuel::Gas, None, Vec::new());
    fixture.sends(GAS, Channel::AI, "2024-09-01", gas);
    fixture
}

fn gas_from(fixture: &mut SchoolFixture, from: &str) {
    let gas = GAS.parse().expect("a meter");
    fixture.register(&MeterRegistered::new(gas, Fuel::Gas, day(from)));
}

fn year(fixture: &SchoolFixture) -> Footprint {
    fixture.footprint("2024-25", Fallback::None)
}

fn stated(year: &Footprint) -> Option<String> {
    year.tonnes_per_pupil().map(|ratio| format!("{ratio:.8}"))
}

fn sentence(year: &Footprint) -> String {
    let reason = year.sufficiency.sentence().expect("not enough data");
    assert_eq!(year.tonnes_per_pupil(), None, "{reason}");
    assert!(!year.is_complete(), "{reason}");
    reason
}

/// 17,520 kWh × 0.177 = 3,101.04 kg, and 15,768 kWh × 0.18296 = 2,884.91328 kg: 5.98595328 t over 100 pupils.
#[test]
fn a_school_at_exactly_ninety_per_cent_of_its_gas_has_an_intensity() {
    let year = year(&with_gas(YEAR, 15_768));
    assert_eq!(stated(&year).as_deref(), Some("0.05985953"));
    assert_eq!(year.partial_tonnes_per_pupil(), None);
    assert!(year.is_complete(), "{:?}", year.lacks);
}

/// One half-hour less: 15,767 of 17,520 are 89.994%. The 1,753 that are missing are 36 whole days, 27 July to 31 August, and
/// 25 half-hours of the day before.
#[test]
fn a_school_at_89_99_per_cent_of_its_gas_has_none() {
    let year = year(&with_gas(YEAR, 15_767));
    assert_eq!(
        sentence(&year),
        "Not enough data: gas has sent 15,767 of 17,520 half-hours (89.9%), nothing since 27 Jul 2025."
    );
    // 15,767 kWh × 0.18296 = 2,884.73032 kg.
    let partial = year.partial_tonnes_per_pupil().expect("a partial figure");
    assert_eq!(format!("{partial:.8}"), "0.05985770");
}

/// 3,101.04 kg over 100 pupils are 0.031 t: 87% below a baseline of 0.24, if it were a figure.
#[test]
fn a_school_whose_gas_meter_never_sent_has_none_and_the_meter_and_its_months_are_named() {
    let year = year(&with_gas(YEAR, 0));
    assert_eq!(
        sentence(&year),
        "Not enough data: gas has sent nothing since 1 Sep 2024 (0 of 17,520 half-hours)."
    );
    assert_eq!(
        year.sufficiency.details(),
        [
            "gas meter mprn:3938424403 has sent nothing in Sep 2024 to Aug 2025 (0 of 17,520 half-hours)"
        ]
    );
    let partial = year.partial_tonnes_per_pupil().expect("a partial figure");
    assert_eq!(format!("{partial:.7}"), "0.0310104");
}

/// 263 of 17,520 are 1.501%: five days of 48, and 23 half-hours of the sixth.
#[test]
fn a_school_with_a_hundredth_of_its_electricity_has_none() {
    assert_eq!(
        sentence(&year(&with_gas(263, YEAR))),
        "Not enough data: electricity has sent 263 of 17,520 half-hours (1.5%), nothing since 7 Sep 2024."
    );
}

#[test]
fn a_school_without_a_heating_source_has_none() {
    let year = year(&school(YEAR));
    assert_eq!(year.sufficiency.missing, [Missing::HeatingSource]);
    sentence(&year);
}

#[test]
fn a_school_without_an_electricity_meter_has_none() {
    let mut fixture = SchoolFixture::school(100, "2024-10-03");
    fixture.owns(GAS, Fuel::Gas, None, Vec::new());
    fixture.sends(GAS, Channel::AI, "2024-09-01", YEAR);
    assert_eq!(
        sentence(&year(&fixture)),
        "Not enough data: no electricity meter is registered."
    );
}

#[test]
fn recorded_oil_or_declared_electric_heating_is_a_heating_source_and_district_heat_is_not_recorded()
{
    let mut oil = school(YEAR);
    let litre = ActivityUnit::Litre;
    oil.activity(ActivityKind::BurningOil, 4_000.0, litre, "2025-01-15");
    assert!(year(&oil).tonnes_per_pupil().is_some());
    // Oil of the year before heats no day of this one.
    let mut before = school(YEAR);
    before.activity(ActivityKind::BurningOil, 4_000.0, litre, "2024-08-31");
    assert_eq!(year(&before).sufficiency.missing, [Missing::HeatingSource]);
    let mut electric = school(YEAR);
    electric.heated_by(Heating::Electricity);
    // The registration without a roll adds to what is known: 3,101.04 kg over 100 pupils.
    assert_eq!(stated(&year(&electric)).as_deref(), Some("0.03101040"));
    let mut district = school(YEAR);
    district.heated_by(Heating::DistrictHeat);
    assert_eq!(year(&district).sufficiency.missing, [Missing::DistrictHeat]);
    sentence(&year(&district));
}

/// From 1 March to 31 August 2025 are 184 days, one of 46 half-hours: 8,830, or 50.399% of the year's; a share is cut, not
/// rounded up.
#[test]
fn a_meter_is_expected_from_its_registration_on_and_days_without_heating_are_missing() {
    let mut gas_alone = school(YEAR);
    gas_from(&mut gas_alone, "2025-03-01");
    gas_alone.sends(GAS, Channel::AI, "2025-03-01", 8_830);
    assert_eq!(
        sentence(&year(&gas_alone)),
        "Not enough data: gas has sent 8,830 of 17,520 half-hours (50.3%), no gas meter is registered \
         on 181 days."
    );
    let mut after_oil = school(YEAR);
    after_oil.activity(
        ActivityKind::BurningOil,
        4_000.0,
        ActivityUnit::Litre,
        "2025-01-15",
    );
    gas_from(&mut after_oil, "2025-03-01");
    assert_eq!(
        sentence(&year(&after_oil)),
        "Not enough data: gas has sent nothing since 1 Mar 2025 (0 of 8,830 half-hours)."
    );
    after_oil.sends(GAS, Channel::AI, "2025-03-01", 8_830);
    assert!(year(&after_oil).tonnes_per_pupil().is_some());
}

/// As of 22 November 2026 the days from 1 September to 21 November have passed: 82, one of them of 50 half-hours.
#[test]
fn of_a_year_under_way_only_the_days_that_have_passed_are_expected() {
    let mut fixture = SchoolFixture::school(100, "2026-10-01");
    for (meter, fuel) in [(ELECTRICITY, Fuel::Electricity), (GAS, Fuel::Gas)] {
        fixture.owns(meter, fuel, None, Vec::new());
        fixture.sends(meter, Channel::AI, "2026-09-01", 3_938);
    }
    let year = fixture.footprint("2026-27", Fallback::PreviousYear);
    let expected: Vec<i64> = year
        .sufficiency
        .fuels
        .iter()
        .map(|fuel| fuel.expected)
        .collect();
    assert_eq!(expected, [3_938, 3_938]);
    assert!(year.tonnes_per_pupil().is_some());
}

/// A gas meter registered from 1 October on: 30 days, 1,440 half-hours, are without a meter, and 16,080 of 17,520 have
/// values, 91.8%. That is enough for a claim, although a month of gas is in no figure.
#[test]
fn a_month_without_a_meter_leaves_the_figures_incomplete_though_enough_has_come() {
    let mut fixture = school(YEAR);
    gas_from(&mut fixture, "2024-10-01");
    fixture.sends(GAS, Channel::AI, "2024-10-01", 16_080);
    let year = year(&fixture);
    assert!(year.sufficiency.is_enough() && !year.is_complete());
    let days = vec![Days {
        from: day("2024-09-01"),
        to: day("2024-09-30"),
    }];
    let fuel = Fuel::Gas;
    assert_eq!(year.lacks, [Lack::Meter { fuel, days }]);
    assert!(year.tonnes_per_pupil().is_some());
}

#[test]
fn the_least_share_is_a_setting() {
    let fixture = with_gas(YEAR, 8_760);
    let method = |least: f64| Method {
        least_coverage: LeastCoverage::try_from(least).expect("a share"),
        ..Method::published().expect("the table")
    };
    assert!(
        fixture
            .by("2024-25", &method(0.5))
            .tonnes_per_pupil()
            .is_some()
    );
    assert!(
        fixture
            .by("2024-25", &method(0.500_1))
            .tonnes_per_pupil()
            .is_none()
    );
}

fn named(urn: &str, school: &str, year: Footprint) -> Footprint {
    Footprint {
        urn: urn.parse().expect("a URN"),
        school: school.to_owned(),
        ..year
    }
}

#[test]
fn a_trust_with_one_school_wholly_without_gas_has_no_intensity_and_names_it() {
    // Of twelve schools one has no gas readings: 91.7% of the trust's gas is known, but a school's heating is missing.
    let mut schools: Vec<Footprint> = (0..11)
        .map(|at| {
            named(
                &format!("9001{at:02}"),
                "Whole",
                year(&with_gas(YEAR, YEAR)),
            )
        })
        .collect();
    assert!(TrustSufficiency::of(&schools).is_enough());
    schools.push(named("900199", "Cold", year(&with_gas(YEAR, 0))));
    let trust = TrustSufficiency::of(&schools);
    assert!(!trust.is_enough());
    assert_eq!(
        trust.sentence().as_deref(),
        Some(
            "Not enough data: Cold: gas has sent nothing since 1 Sep 2024 (0 of 17,520 half-hours)."
        )
    );
}

#[test]
fn a_trust_of_ninety_per_cent_has_an_intensity_and_names_the_school_that_has_none_of_its_own() {
    // 17,520 and 14,016 (80%) are 90% of 35,040; one half-hour less is not.
    let of = |gas| {
        [
            named("900101", "Whole", year(&with_gas(YEAR, YEAR))),
            named("900102", "Gappy", year(&with_gas(YEAR, gas))),
        ]
    };
    let trust = TrustSufficiency::of(&of(14_016));
    assert!(trust.is_enough());
    assert_eq!(trust.schools.len(), 1);
    assert_eq!(trust.schools[0].school, "Gappy");
    let short = TrustSufficiency::of(&of(14_015));
    assert_eq!(
        short.sentence().as_deref(),
        Some(
            "Not enough data: all schools together have sent 31,535 of 35,040 gas half-hours (89.9%)."
        )
    );
}
