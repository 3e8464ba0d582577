//! Waste collections: each stream on the school's own weekday, in term.

use chrono::{Datelike, NaiveDate};
use events::{Container, Data, Event, Ewc, SettlementDay, Treatment, WasteCollected, WeightBasis};

use super::calendar::{DayKind, kind};
use super::chance::Chance;
use super::schools::School;
use super::weather::day_number;
use super::{MadeUpTrust, days, event};

const FEED: &str = "waste-contractor";

/// Weeks of the year in which bins are emptied.
const WEEKS: f64 = 39.0;

/// One kind of waste, and how it is collected.
struct Stream {
    ewc: &'static str,
    /// The interval of collections, in weeks.
    every: u64,
    /// Kilograms per primary pupil and year.
    per_pupil: f64,
    basis: WeightBasis,
    litres: u32,
    /// Kilograms in a litre of a full bin.
    density: f64,
    /// The treatment; for residual waste, the one in the school's contract.
    treatment: Option<Treatment>,
}

const STREAMS: [Stream; 5] = [
    stream("200301", 1, 15.0, WeightBasis::Weighed, 1100, 0.085, None),
    stream(
        "150106",
        2,
        4.5,
        WeightBasis::EstimatedByLift,
        660,
        0.045,
        Some(5),
    ),
    stream("200101", 2, 5.5, WeightBasis::Weighed, 1100, 0.09, Some(3)),
    stream("200108", 1, 7.0, WeightBasis::Average, 240, 0.3, Some(3)),
    stream("200102", 4, 0.6, WeightBasis::Average, 240, 0.3, Some(5)),
];

const fn stream(
    ewc: &'static str,
    every: u64,
    per_pupil: f64,
    basis: WeightBasis,
    litres: u32,
    density: f64,
    recovery: Option<u8>,
) -> Stream {
    let treatment = match recovery {
        Some(number) => Some(Treatment::R(number)),
        None => None,
    };
    Stream {
        ewc,
        every,
        per_pupil,
        basis,
        litres,
        density,
        treatment,
    }
}

const MIXED: &str = "150106";

impl Stream {
    /// Whether a school has this kind of bin: one has no food bin yet, two put paper into the mixed one, and only some
    /// collect glass separately.
    fn stands_at(&self, school: &School) -> bool {
        match self.ewc {
            "200108" => school.number != 12,
            "200101" => !mixes_paper(school),
            "200102" => school.number % 2 == 1,
            _ => true,
        }
    }

    fn per_pupil_at(&self, school: &School) -> f64 {
        let and_paper = if self.ewc == MIXED && mixes_paper(school) {
            5.5
        } else {
            0.0
        };
        self.per_pupil + and_paper
    }
}

/// Whether paper goes with the other dry recycling; only one of the two schools has its collector's assessment that allows it.
fn mixes_paper(school: &School) -> bool {
    matches!(school.number, 7 | 14)
}

impl MadeUpTrust {
    /// The collections of the days from `from` up to, not including, `to`.
    pub fn waste(&self, from: NaiveDate, to: NaiveDate) -> Vec<Event> {
        let collected = |(school, day)| {
            let streams = STREAMS.iter();
            streams.filter_map(move |stream| self.collected(school, stream, day))
        };
        days(from, to)
            .filter(|day| kind(*day) == DayKind::School)
            .flat_map(|day| self.schools.iter().map(move |school| (school, day)))
            .flat_map(collected)
            .collect()
    }

    fn collected(&self, school: &School, stream: &Stream, day: NaiveDate) -> Option<Event> {
        let number = day_number(day);
        let weekday = u64::from(day.weekday().num_days_from_monday());
        let due = weekday == school.number % 5
            && (number / 7 + school.number).is_multiple_of(stream.every)
            && stream.stands_at(school);
        if !due {
            return None;
        }
        let chance = self.chance.about(stream.ewc).of(school.number);
        let phase = if school.is_secondary() { 0.6 } else { 1.0 };
        let habit = chance.between(0.75, 1.3);
        let usual = f64::from(school.pupils) * stream.per_pupil_at(school) * phase * habit;
        let usual = usual * stream.every as f64 / WEEKS;
        let full = f64::from(stream.litres) * stream.density;
        let weight = usual * chance.of(number).between(0.75, 1.25);
        let lifts = (weight / full).ceil().max(1.0);
        let weight = match stream.basis {
            WeightBasis::Weighed => weight,
            WeightBasis::EstimatedByLift => lifts * full,
            WeightBasis::Average => usual,
        };
        let kg = |weight: f64| (weight * 10.0).round().max(1.0) / 10.0;
        let went = Mishaps::of(school, stream.ewc == MIXED, chance.of(number));
        let treatment = stream.treatment.filter(|_| !went.rejected);
        let data = WasteCollected {
            collected_on: day,
            ewc: Ewc::try_from(stream.ewc.to_owned()).ok()?,
            weight_kg: if went.missed { 0.0 } else { kg(weight) },
            basis: stream.basis,
            treatment: Some(treatment.unwrap_or(school.residual)),
            container: Some(Container {
                kind: "WBI".to_owned(),
                litres: stream.litres,
            }),
            lifts: (!went.missed).then_some(lifts as u32),
            missed_lifts: went.missed.then_some(lifts as u32),
            contaminated_kg: went.contaminated.map(|share| kg(weight * share)),
            rejected: went.rejected,
            carrier: Some("CBDU999901".to_owned()),
            tracking_id: None,
            replaces: None,
            withdrawn: false,
        };
        let id = format!("{}-{}-{day}", school.urn, stream.ewc);
        let time = SettlementDay(day).ends();
        Some(event(
            FEED,
            id,
            time,
            Some(school.urn),
            Data::WasteCollected(data),
        ))
    }
}

/// Two schools whose contractor often misses a collection.
const OFTEN_MISSED: [u64; 2] = [5, 11];

/// Two schools that put the wrong waste into the dry recycling.
const CARELESS: [u64; 2] = [2, 9];

/// The mishaps of one load.
struct Mishaps {
    /// The bins were due, but the contractor did not come.
    pub missed: bool,
    /// The share of the load that was the wrong waste, if the contractor looked.
    pub contaminated: Option<f64>,
    /// The load was refused as recycling, and is treated like residual waste.
    pub rejected: bool,
}

impl Mishaps {
    /// The mishaps of a load at a school; `chance` belongs to the load. The contractor inspects only mixed dry recycling,
    /// and not at every school.
    fn of(school: &School, is_mixed: bool, chance: Chance) -> Self {
        let one_in = if OFTEN_MISSED.contains(&school.number) {
            11
        } else {
            150
        };
        let missed = chance.about("missed").once_in(one_in);
        let share = chance.about("contaminated");
        let share = if CARELESS.contains(&school.number) {
            share.between(0.06, 0.21)
        } else {
            share.between(0.005, 0.04)
        };
        let looked = is_mixed && !missed && !school.number.is_multiple_of(5);
        Mishaps {
            missed,
            contaminated: looked.then_some(share),
            rejected: looked && share > 0.18,
        }
    }
}
