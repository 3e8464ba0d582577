//! Travel to school: surveys, initiatives and the levels awarded to schools.

use chrono::{Datelike, Months, NaiveDate};
use events::{AcademicYear, Data, Event, SettlementDay, StarsLevel, TravelAccredited};
use footprint::stars;

use super::calendar::date;
use super::schools::School;
use super::{MadeUpTrust, event};

pub(super) const FEED: &str = "travel";

impl MadeUpTrust {
    /// The travel events from `from` up to, not including, `to`. It is best to request whole academic years, because
    /// plans are made at the start of a year.
    pub fn travel(&self, from: NaiveDate, to: NaiveDate) -> Vec<Event> {
        let (starts, ends) = (SettlementDay(from).starts(), SettlementDay(to).starts());
        years(from, to)
            .flat_map(|year| self.schools.iter().map(move |school| (school, year)))
            .flat_map(|(school, year)| {
                let filed = self.surveys(school, year).into_iter();
                filed.chain(self.initiatives(school, year))
            })
            .chain(
                self.schools
                    .iter()
                    .flat_map(|school| awards(school, from, to)),
            )
            // Accreditations of earlier years are valid until they expire, and earlier surveys are used for comparison.
            .filter(|event| {
                let standing = matches!(event.data, Data::TravelAccredited(_));
                (standing || event.time >= starts) && event.time <= ends
            })
            .chain(self.earlier_surveys(AcademicYear::of(from)))
            .collect()
    }

    /// The surveys of the years before one, of the schools that held any then.
    fn earlier_surveys(&self, year: AcademicYear) -> impl Iterator<Item = Event> + '_ {
        self.schools.iter().flat_map(move |school| {
            let ends = year.ends_in();
            let years = ends - years_surveyed_before(school)..ends;
            years.flat_map(|ends| self.surveys(school, AcademicYear::beginning(ends - 1)))
        })
    }
}

/// For how many academic years before the requested ones a school has surveys: the higher its level in the scheme, the
/// longer it has held surveys.
fn years_surveyed_before(school: &School) -> i32 {
    match school.stars {
        Some(StarsLevel::VeryGood | StarsLevel::Excellent | StarsLevel::Outstanding) => 2,
        Some(StarsLevel::Good) if school.number % 2 == 1 => 1,
        _ => 0,
    }
}

/// The academic years that have a day from `from` up to, not including, `to`.
pub(super) fn years(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = AcademicYear> {
    let first = AcademicYear::of(from).ends_in();
    (first..=AcademicYear::of(to).ends_in()).map(|ends| AcademicYear::beginning(ends - 1))
}

/// A level is awarded when a window of the scheme closes, and renewed when it would expire.
fn awards(school: &School, from: NaiveDate, to: NaiveDate) -> Vec<Event> {
    let Some(level) = school.stars else {
        return Vec::new();
    };
    // No validity is published for the first level and the last; a year is an arbitrary choice.
    let valid_years = stars::valid_years(level).unwrap_or(1);
    let (month, day) = match school.number % 3 {
        0 => (3, 31),
        1 => (7, 31),
        _ => (12, 31),
    };
    (from.year() - 3..=to.year())
        .filter(|year| (i64::from(*year) + school.number as i64) % i64::from(valid_years) == 0)
        .map(|year| date(year, month, day))
        .filter_map(|awarded_on| {
            let valid_until = awarded_on + Months::new(12 * valid_years);
            let data = TravelAccredited {
                level,
                awarded_on,
                valid_until,
            };
            let id = format!("stars-{}-{awarded_on}", school.urn);
            let time = SettlementDay(awarded_on).ends();
            let data = Data::TravelAccredited(data);
            (valid_until >= from).then(|| event(FEED, id, time, Some(school.urn), data))
        })
        .collect()
}
