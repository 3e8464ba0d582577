use events::{Audience, Mode};

use crate::factors::Fallback;
use crate::fixtures::{self, SchoolFixture};
use crate::item::Item;
use crate::line::Block;
use crate::message::Footprint;
use crate::note::Note;

fn surveyed() -> SchoolFixture {
    let mut school = SchoolFixture::since("2010-01-01");
    school.journeys(
        0,
        "2024-10-15",
        Audience::Pupil,
        200,
        &[
            (Mode::Car, 1.0, 3.0, 50),
            (Mode::Car, 3.0, 5.0, 5),
            (Mode::CarShare, 2.0, 4.0, 10),
            (Mode::ParkAndStride, 1.0, 3.0, 4),
            (Mode::ParkAndStride, 0.0, 1.0, 2),
            (Mode::PublicBus, 5.0, 7.0, 20),
            (Mode::Walk, 0.0, 1.0, 40),
            (Mode::Other, 0.0, 3.0, 5),
            (Mode::Taxi, 5.0, 10.0, 3),
            (Mode::Rail, 5.0, 10.0, 4),
        ],
    );
    school.journeys(
        1,
        "2024-10-15",
        Audience::Staff,
        30,
        &[(Mode::Car, 8.0, 12.5, 20)],
    );
    school
}

/// Millionths of the unit, the unit and milligrams.
fn line<'a>(footprint: &'a Footprint, item: &str) -> (i64, &'a str, Option<i64>) {
    let line = fixtures::line(footprint, item);
    assert_eq!((line.block, line.scope), (Block::Voluntary, 3), "{item}");
    let co2e = line.price.as_ref().map(|price| price.co2e.0);
    (line.quantity, line.unit.as_str(), co2e)
}

/// There and back from the middle of a band is its two ends added. Pupils, on 190 days, by the factors of 2025:
/// cars 50 × 4 km + 5 × 8 km = 240 km a day, 45,600 km × 0.16725 = 7,626.6 kg;
/// shared cars 10 × 6 km / 2 = 30 km, 5,700 km, 953.325 kg;
/// park and stride 4 × (4 − 1.6) km = 9.6 km, the other two live nearer than they would walk, 1,824 km, 305.064 kg;
/// local bus 20 × 12 km = 240 km, 45,600 km × 0.10385 = 4,735.56 kg; on foot 40 × 1 km, 7,600 km, nothing.
/// Staff, on 195 days: 20 × 20.5 km = 410 km, 79,950 km × 0.16725 = 13,371.6375 kg.
#[test]
fn commuting_is_there_and_back_on_every_school_day() {
    let year = surveyed().footprint("2024-25", Fallback::None);
    let check = |item: &str, km: f64, unit: &str, kg: Option<f64>| {
        let micro = |number: f64| (number * 1e6).round() as i64;
        assert_eq!(
            line(&year, item),
            (micro(km), unit, kg.map(micro)),
            "{item}"
        );
    };
    check("commuting_pupil_car", 45_600.0, "km", Some(7_626.6));
    check("commuting_pupil_car_share", 5_700.0, "km", Some(953.325));
    check(
        "commuting_pupil_park_and_stride",
        1_824.0,
        "km",
        Some(305.064),
    );
    check(
        "commuting_pupil_public_bus",
        45_600.0,
        "passenger.km",
        Some(4_735.56),
    );
    check("commuting_pupil_walk", 7_600.0, "km", Some(0.0));
    check("commuting_pupil_other", 2_850.0, "passenger.km", None);
    check("commuting_staff_car", 79_950.0, "km", Some(13_371.637_5));
    assert_eq!(year.gross.0, 0, "none of it is statutory");
    let priced = year.lines.iter().filter_map(|line| line.price.as_ref());
    let together: i64 = priced.map(|price| price.co2e.0).sum();
    assert_eq!(year.voluntary.0, together);
}

/// Of 200 pupils 143 stated their distance, three of them by taxi and four by train; of 30 staff 20 did.
#[test]
fn commuting_is_stated_by_audience_and_leaves_out_lines_of_a_few_people() {
    let year = surveyed().footprint("2024-25", Fallback::None);
    let notes = |part: &str| {
        year.notes
            .iter()
            .any(|note| note.to_string().contains(part))
    };
    assert!(
        notes("the 68% of pupils who stated their distance and whose mode of travel is shown"),
        "{:?}",
        year.notes
    );
    assert!(notes(
        "the 66% of staff who stated their distance and whose mode of travel"
    ));
    assert!(notes("a shared car counts half its kilometres"));
    assert!(notes("less 0.8 km each way"));
    assert!(
        !year
            .lines
            .iter()
            .any(|line| line.item.as_str() == "commuting_pupil_taxi")
    );
    let expected =
        "commuting_pupil_taxi is left out: it would show how fewer than five people travel";
    assert!(
        year.lacks_voluntary
            .iter()
            .any(|lack| lack.to_string() == expected)
    );
}

/// From 1 September to 21 November 82 of 365 days have passed: 45,600 km × 82 / 365 = 10,244.383561… km.
#[test]
fn a_part_of_the_year_has_its_part_of_the_school_days() {
    let mut school = SchoolFixture::since("2010-01-01");
    let bands = [(Mode::Car, 1.0, 3.0, 60)];
    school.journeys(0, "2026-10-13", Audience::Pupil, 100, &bands);
    let so_far = school.footprint("2026-27", Fallback::None);
    assert_eq!(
        so_far.notes,
        [Note::Commuting {
            audience: Audience::Pupil,
            percent: 30,
            days_a_year: 190,
        }],
        "nothing is assumed of how many share a car"
    );
    assert_eq!(line(&so_far, "commuting_pupil_car").0, 10_244_383_561);
    let twelve_months = school.footprint("trailing-12-months", Fallback::None);
    // Priced by each day's own year: a line of 2025 and one of 2026.
    let cars = twelve_months.lines.iter();
    let cars = cars.filter(|line| line.item.as_str() == "commuting_pupil_car");
    let parts: Vec<i64> = cars.map(|line| line.quantity).collect();
    assert_eq!(parts.len(), 2);
    assert_eq!(parts.iter().sum::<i64>(), 45_600_000_000);
}

/// A member from 1 March 2025 on: 184 of 365 days.
#[test]
fn only_days_of_membership_count() {
    let mut school = SchoolFixture::since("2025-03-01");
    let bands = [(Mode::Car, 1.0, 3.0, 60)];
    school.journeys(0, "2025-06-10", Audience::Pupil, 100, &bands);
    let joined = school.footprint("2024-25", Fallback::None);
    assert_eq!(
        line(&joined, "commuting_pupil_car").0,
        45_600_000_000 * 184 / 365
    );
}

#[test]
fn a_survey_without_distances_makes_no_line() {
    let mut school = SchoolFixture::since("2010-01-01");
    school.survey(
        0,
        "2024-10-15",
        Audience::Pupil,
        "Year 4",
        30,
        [20, 8],
        [0, 0],
    );
    let year = school.footprint("2024-25", Fallback::None);
    assert!(year.lines.is_empty() && year.lacks_voluntary.is_empty());
    assert!(
        !year
            .notes
            .iter()
            .any(|note| note.is_about(Item::Commuting(Audience::Pupil, Mode::Car)))
    );
}
