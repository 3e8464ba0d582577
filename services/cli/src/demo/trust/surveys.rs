//! Hands-up surveys: every year group and the staff, each October and each March.

use chrono::{Datelike, Days, NaiveDate};
use events::{
    AcademicYear, Audience, Data, Event, Journeys, Mode, ModeCounts, SettlementDay, TravelSurveyed,
};

use super::calendar::{date, nth_monday};
use super::chance::Chance;
use super::schools::School;
use super::travel::FEED;
use super::{MadeUpTrust, event};

/// Shares by mode, out of a hundred people asked.
type Shares = [(Mode, f64); 10];

const PRIMARY: Shares = shares([46.0, 7.0, 3.0, 8.0, 4.0, 28.0, 2.0, 1.0, 1.0, 0.0]);
const SECONDARY: Shares = shares([37.0, 1.0, 4.0, 3.0, 5.0, 20.0, 14.0, 13.0, 2.0, 1.0]);
const STAFF: Shares = shares([8.0, 0.0, 6.0, 1.0, 9.0, 68.0, 5.0, 0.0, 0.0, 3.0]);
const PREFERRED: Shares = shares([28.0, 16.0, 30.0, 4.0, 3.0, 9.0, 4.0, 3.0, 2.0, 1.0]);

const fn shares(of: [f64; 10]) -> Shares {
    [
        (Mode::Walk, of[0]),
        (Mode::Scoot, of[1]),
        (Mode::Cycle, of[2]),
        (Mode::ParkAndStride, of[3]),
        (Mode::CarShare, of[4]),
        (Mode::Car, of[5]),
        (Mode::PublicBus, of[6]),
        (Mode::SchoolBus, of[7]),
        (Mode::Taxi, of[8]),
        (Mode::Rail, of[9]),
    ]
}

/// One round of surveys at one school.
struct Round {
    year: AcademicYear,
    day: NaiveDate,
    /// The remaining fraction of the car's share: it falls by a few hundredths from round to round.
    cars: f64,
    chance: Chance,
}

impl MadeUpTrust {
    /// A school's two rounds of one academic year.
    pub(super) fn surveys(&self, school: &School, year: AcademicYear) -> Vec<Event> {
        let calendar = [(year.first_day().year(), 10), (year.ends_in(), 3)];
        let rounds = calendar
            .into_iter()
            .zip(0..)
            .map(|((in_year, month), nth)| {
                let since = (2 * (year.ends_in() - 2025) + nth).clamp(0, 20);
                let monday = nth_monday(in_year, month, 2).unwrap_or(date(in_year, month, 8));
                let day = monday + Days::new(1 + school.number % 4);
                let chance = self.chance.about("survey").of(school.number);
                Round {
                    year,
                    day,
                    cars: 1.0 - chance.between(0.005, 0.045) * f64::from(since),
                    chance: chance.of(u64::from(day.num_days_from_ce().unsigned_abs())),
                }
            });
        rounds
            .flat_map(|round| self.round(school, &round))
            .collect()
    }

    fn round(&self, school: &School, round: &Round) -> Vec<Event> {
        let pupils = self.pupils(school, round.year);
        let (groups, shares, response) = match (school.is_secondary(), school.number) {
            // One school of each phase asks fewer people than the scheme's threshold.
            (true, 3) => (year_groups(7, 11), &SECONDARY, 0.62),
            (true, _) => (year_groups(7, 11), &SECONDARY, 0.8),
            (false, 12) => (year_groups(0, 6), &PRIMARY, 0.7),
            (false, _) => (year_groups(0, 6), &PRIMARY, 0.91),
        };
        let count = groups.len() as u32;
        let group_of = |(group, nth): (String, u32)| {
            let roll = pupils / count + u32::from(nth < pupils % count);
            let chance = round.chance.of(u64::from(nth));
            let respondents = f64::from(roll) * response * chance.between(0.96, 1.04);
            round.survey(school, Audience::Pupil, group, roll, respondents, shares)
        };
        let staff = pupils / 9;
        let answered = f64::from(staff) * round.chance.about("staff").between(0.45, 0.85);
        let group = "All staff".to_owned();
        let staff = round.survey(school, Audience::Staff, group, staff, answered, &STAFF);
        let pupils = groups.into_iter().zip(0..).map(group_of);
        pupils.chain([staff]).collect()
    }
}

impl Round {
    fn survey(
        &self,
        school: &School,
        audience: Audience,
        group: String,
        roll: u32,
        respondents: f64,
        shares: &Shares,
    ) -> Event {
        let (chance, respondents) = (self.chance.about(&group), respondents.min(f64::from(roll)));
        let id = format!("survey-{}-{}-{group}", school.urn, self.day).replace(' ', "-");
        let current = split(respondents, shares, self.cars, chance);
        // Every third school also asks about the distance.
        let journeys = if school.number % 3 == 1 {
            journeys(&current)
        } else {
            Vec::new()
        };
        let data = TravelSurveyed {
            surveyed_on: self.day,
            audience,
            group,
            roll,
            current,
            preferred: split(respondents, &PREFERRED, 1.0, chance.about("preferred")),
            journeys,
        };
        let time = SettlementDay(self.day).ends();
        event(FEED, id, time, Some(school.urn), Data::TravelSurveyed(data))
    }
}

/// Splits this many people over the modes; the counts add up to the number.
fn split(people: f64, shares: &Shares, cars: f64, chance: Chance) -> ModeCounts {
    let weights: Vec<_> = shares
        .iter()
        .zip(0..)
        .map(|((mode, share), nth)| {
            let cars = if *mode == Mode::Car { cars } else { 1.0 };
            (*mode, share * cars * chance.of(nth).between(0.8, 1.2))
        })
        .collect();
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let (mut passed, mut counted) = (0.0, 0);
    let mut counts = ModeCounts::new();
    for (mode, weight) in weights {
        passed += weight;
        let upto = (people.floor() * passed / total).round() as u32;
        if upto > counted {
            counts.insert(mode, upto - counted);
        }
        counted = upto;
    }
    counts
}

fn year_groups(first: u32, last: u32) -> Vec<String> {
    let name = |year| match year {
        0 => "Reception".to_owned(),
        year => format!("Year {year}"),
    };
    (first..=last).map(name).collect()
}

/// A band in kilometres, and how many of a hundred people who stated their distance are in it.
type Band = (f64, f64, u32);

const NEAR: [Band; 3] = [(0.0, 0.5, 40), (0.5, 1.0, 35), (1.0, 2.0, 25)];
const CYCLED: [Band; 3] = [(0.0, 1.0, 25), (1.0, 2.0, 40), (2.0, 5.0, 35)];
const DRIVEN: [Band; 4] = [
    (0.0, 1.0, 20),
    (1.0, 2.0, 30),
    (2.0, 5.0, 35),
    (5.0, 10.0, 15),
];
const RIDDEN: [Band; 3] = [(1.0, 3.0, 30), (3.0, 5.0, 40), (5.0, 10.0, 30)];
const FAR: [Band; 2] = [(5.0, 10.0, 60), (10.0, 20.0, 40)];

/// The distance bands of the people who stated their distance: about nine of ten.
fn journeys(current: &ModeCounts) -> Vec<Journeys> {
    let of_mode = |(mode, count): (&Mode, &u32)| {
        let stated = count * 9 / 10;
        let (mut passed, mut counted) = (0, 0);
        let mut bands = Vec::new();
        for (from_km, to_km, share) in bands_of(*mode) {
            passed += share;
            let upto = stated * passed / 100;
            if upto > counted {
                bands.push(Journeys {
                    mode: *mode,
                    from_km: *from_km,
                    to_km: *to_km,
                    count: upto - counted,
                });
            }
            counted = upto;
        }
        bands
    };
    current.iter().flat_map(of_mode).collect()
}

fn bands_of(mode: Mode) -> &'static [Band] {
    match mode {
        Mode::Walk | Mode::Scoot => &NEAR,
        Mode::Cycle => &CYCLED,
        Mode::ParkAndStride | Mode::CarShare | Mode::Car | Mode::Other => &DRIVEN,
        Mode::PublicBus | Mode::SchoolBus => &RIDDEN,
        Mode::Taxi | Mode::Rail => &FAR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_hold_nine_of_ten() {
        let bands_of_all = journeys(&[(Mode::Walk, 40), (Mode::Car, 21)].into());
        let count_of = |mode| -> u32 {
            let bands = bands_of_all.iter().filter(|band| band.mode == mode);
            bands.map(|band| band.count).sum()
        };
        assert_eq!((count_of(Mode::Walk), count_of(Mode::Car)), (36, 18));
    }
}
