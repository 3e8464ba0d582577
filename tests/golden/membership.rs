//! Schools that join or leave, meters that move, and which census counts.

use events::{
    AcademicYear, Channel, Data, Fuel, Grams, MICRO, MilligramsCo2e, Unit, WasteCollected,
};
use footprint::factors::Fallback;
use footprint::fixtures::{collected, roll};
use footprint::{Census, Days, Method, Note};

use super::{ELECTRICITY, SchoolFixture, day};

/// A member from 1 March to 31 August 2025 is one on 184 of 365 days: 365 pupils count as 184. 1,000 kWh × 0.177 = 177 kg
/// over 184 pupils is 0.000961957 t; what was used before it joined is not the trust's.
#[test]
fn a_school_that_joins_in_march_counts_from_march_and_its_pupils_by_184_days() {
    let mut school = SchoolFixture::member(365, "2024-10-03", "2025-03-01", None);
    let kwh = Unit::KilowattHours;
    school.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
    school.read(ELECTRICITY, Channel::AI, "2025-02-28", kwh, 5_000 * MICRO);
    school.read(ELECTRICITY, Channel::AI, "2025-03-01", kwh, 1_000 * MICRO);
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(year.gross, MilligramsCo2e(177_000_000));
    assert_eq!(year.pupil_millionths, Some(184 * MICRO));
    let ratio = year.known_tonnes_per_pupil().expect("pupils");
    assert_eq!(format!("{ratio:.9}"), "0.000961957");
    assert!(
        year.notes
            .iter()
            .any(|note| matches!(note, Note::PartMembership { member, of_days: 365 } if member.count() == 184)),
        "{:?}",
        year.notes
    );
}

#[test]
fn a_school_that_left_counts_until_it_left() {
    let mut school = SchoolFixture::member(365, "2024-10-03", "2010-01-01", Some("2024-12-31"));
    let kwh = Unit::KilowattHours;
    school.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
    school.read(ELECTRICITY, Channel::AI, "2024-12-31", kwh, 1_000 * MICRO);
    school.read(ELECTRICITY, Channel::AI, "2025-01-01", kwh, 5_000 * MICRO);
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(year.gross, MilligramsCo2e(177_000_000));
    assert_eq!(year.pupil_millionths, Some(122 * MICRO));
}

#[test]
fn a_meter_counts_only_on_the_days_it_belongs_to_the_school() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    school.owns(
        ELECTRICITY,
        Fuel::Electricity,
        Some("2025-01-31"),
        Vec::new(),
    );
    let kwh = Unit::KilowattHours;
    school.read(ELECTRICITY, Channel::AI, "2025-01-31", kwh, 1_000 * MICRO);
    school.read(ELECTRICITY, Channel::AI, "2025-02-01", kwh, 5_000 * MICRO);
    let year = school.footprint("2024-25", Fallback::None);
    assert_eq!(year.gross, MilligramsCo2e(177_000_000));
    assert_eq!(year.coverage.days_expected, 153);
}

/// 1,000 kWh in 2024/25 × 0.177 = 177 kg: counted once, for the trust that registered the school first, and both trusts are
/// notified.
#[test]
fn a_school_that_two_trusts_registered_counts_once_and_with_the_earlier() {
    let mut school = SchoolFixture::school(365, "2024-10-03");
    let kwh = Unit::KilowattHours;
    school.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
    school.read(ELECTRICITY, Channel::AI, "2024-12-31", kwh, 1_000 * MICRO);
    school.claimed_by("another", "2009-01-01", None);
    let all = school.all(&Method::published().expect("the table"));
    let of = |trust: &str| {
        let footprints = all.iter().filter(|one| one.trust.id == trust);
        footprints.collect::<Vec<_>>()
    };
    assert_eq!(of("another"), Vec::<&footprint::Footprint>::new());
    let gross: i64 = all.iter().map(|one| one.gross.0).sum();
    assert_eq!(
        gross, 177_000_000,
        "2024/25, and nothing in the last twelve months"
    );
    for one in of("golden") {
        let counts_here = |note: &Note| {
            matches!(
                note,
                Note::DisputedMembership {
                    counts_here: true,
                    ..
                }
            )
        };
        assert!(one.notes.iter().any(counts_here), "{:?}", one.notes);
        let names = |note: &Note| note.to_string().contains("golden");
        assert!(!one.notes.iter().any(names), "{:?}", one.notes);
    }
}

/// The other trust registered the school from before to after the membership: what lies outside it is the other's.
#[test]
fn a_trust_that_registered_later_has_the_days_around_the_earlier_membership() {
    let mut school = SchoolFixture::member(365, "2024-10-03", "2010-01-01", Some("2024-12-31"));
    let kwh = Unit::KilowattHours;
    school.owns(ELECTRICITY, Fuel::Electricity, None, Vec::new());
    school.read(ELECTRICITY, Channel::AI, "2024-12-31", kwh, 1_000 * MICRO);
    school.read(ELECTRICITY, Channel::AI, "2025-01-01", kwh, 5_000 * MICRO);
    school.claimed_by("another", "2024-09-01", None);
    let all = school.all(&Method::published().expect("the table"));
    let of = |trust: &str| {
        let mut all = all.iter();
        all.find(|one| one.trust.id == trust && one.period.key() == "2024-25")
            .expect("figures")
    };
    assert_eq!(of("golden").gross, MilligramsCo2e(177_000_000));
    assert_eq!(of("another").gross, MilligramsCo2e(885_000_000));
    let day = |text: &str| text.parse().expect("a day");
    let note = Note::DisputedMembership {
        days: Days {
            from: day("2024-09-01"),
            to: day("2024-12-31"),
        },
        counts_here: false,
    };
    let notes = &of("another").notes;
    assert!(notes.contains(&note), "{notes:?}");
}

/// The trust the school left states 500 pupils for a census after it left, the one it joined 365 for the year before.
#[test]
fn a_trust_that_a_school_left_does_not_count_its_pupils_any_more() {
    let mut school = SchoolFixture::member(400, "2023-10-05", "2010-01-01", Some("2024-08-31"));
    let of_500 = vec![roll(500, day("2024-10-03"))];
    school.registered("golden", "2010-01-01", Some("2024-08-31"), of_500);
    school.claimed_by("another", "2024-09-01", None);
    let pupils = |school: &SchoolFixture| {
        let all = school.all(&Method::published().expect("the table"));
        let of = |one: &&footprint::Footprint| {
            one.trust.id == "another" && one.period.key() == "2026-27"
        };
        all.iter()
            .find(of)
            .and_then(|one| Some(one.roll.as_ref()?.pupils))
    };
    assert_eq!(
        pupils(&school),
        Some(400),
        "the last count of the days it was a member there"
    );
    let of_365 = vec![roll(365, day("2023-10-05"))];
    school.registered("another", "2024-09-01", None, of_365);
    assert_eq!(
        pupils(&school),
        Some(365),
        "its own statement of the same census"
    );
}

/// Half a tonne of food to landfill while the school was golden's, and a correction of it to nothing by the next trust.
#[test]
fn an_event_of_one_trusts_days_replaces_none_of_anothers() {
    let waste = |kg: f64, on: &str, replaces: Option<&str>| {
        Data::WasteCollected(WasteCollected {
            replaces: replaces.map(str::to_owned),
            ..collected(day(on), "200108", kg, "D1")
        })
    };
    let mut school = SchoolFixture::member(100, "2023-10-05", "2010-01-01", Some("2025-05-31"));
    school.claimed_by("another", "2025-06-01", None);
    // The registrations are the first and the second event.
    school.event(waste(500.0, "2025-03-01", None));
    school.event(waste(1.0, "2025-06-02", Some("3")));
    let weight = |school: &SchoolFixture| {
        let all = school.all(&Method::published().expect("the table"));
        let of =
            |one: &&footprint::Footprint| one.trust.id == "golden" && one.period.key() == "2024-25";
        all.iter().find(of).expect("figures").waste.total
    };
    assert_eq!(weight(&school), Grams(500_000));
    school.event(waste(400.0, "2025-03-02", Some("3")));
    assert_eq!(weight(&school), Grams(400_000));
}

/// 100 pupils in October 2025, 104 in January 2026: the twelve months to 22 November 2026 are divided by October's, and
/// January's would stand in only if there were no other.
#[test]
fn the_last_twelve_months_take_the_autumn_census_too() {
    let mut school = SchoolFixture::school(100, "2025-10-02");
    let pupils = |school: &SchoolFixture, census| {
        let method = Method {
            census,
            ..Method::published().expect("the table")
        };
        let trailing = school.by("trailing-12-months", &method);
        trailing.roll.map(|roll| roll.pupils)
    };
    school.counted(104, "2026-01-15", "spring census");
    school.counted(103, "2026-10-01", "autumn census");
    assert_eq!(pupils(&school, Census::Autumn), Some(103));
    assert_eq!(pupils(&school, Census::Spring), Some(104));
}

/// Only October's count is known: it stands in for the requested one of January, with a note.
#[test]
fn another_census_than_the_requested_one_is_noted() {
    let mut school = SchoolFixture::school(100, "2024-10-03");
    school.kwh(ELECTRICITY, "2025-01-31", 1);
    let autumn = school.footprint("2024-25", Fallback::None);
    assert!(autumn.notes.is_empty(), "{:?}", autumn.notes);
    let method = Method {
        census: Census::Spring,
        ..Method::published().expect("the table")
    };
    let spring = school.by("2024-25", &method);
    assert_eq!(spring.roll, autumn.roll);
    assert!(
        spring
            .notes
            .iter()
            .any(|note| matches!(note, Note::OtherCensus { wanted, year, .. } if (wanted.as_str(), *year) == ("spring", Some(AcademicYear::beginning(2024))))),
        "{:?}",
        spring.notes
    );
}

/// On 22 November 2026 a school that joins on 1 December is known, but has no figures yet: if it were listed, the trust
/// would be incomplete for lack of figures it cannot have.
#[test]
fn a_school_that_is_still_to_join_has_no_figures_yet() {
    let school = SchoolFixture::member(100, "2026-10-01", "2026-12-01", None);
    let all = school.all(&Method::published().expect("the table"));
    let periods: Vec<_> = all.iter().map(|one| one.period.key()).collect();
    assert_eq!(periods, Vec::<String>::new());
    let today = SchoolFixture::member(100, "2026-10-01", "2026-11-22", None);
    let all = today.all(&Method::published().expect("the table"));
    let periods: Vec<_> = all.iter().map(|one| one.period.key()).collect();
    assert_eq!(
        periods,
        ["2026-27"],
        "twelve months that end yesterday have no day of it"
    );
}
