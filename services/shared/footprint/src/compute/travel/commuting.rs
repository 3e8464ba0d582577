//! Commuting: the way to school of the people who stated their distance. Voluntary, Scope 3.
//!
//! Factors: DESNZ, business travel by land. They price a kilometre whatever the traveller.

use std::collections::BTreeMap;

use events::{Audience, Mode, ModeCounts, Quantity, TravelSurveyed, micro_from_decimal};

use super::super::Frame;
use super::counted_surveys::CountedSurveys;
use crate::completeness::Lack;
use crate::compute::activity_data::{ActivityData, Pricing};
use crate::disclosure::{Answers, FEWEST_PUBLISHED, answers};
use crate::emission_sources::{Energy, row};
use crate::factors::{FactorRow, FactorUnit};
use crate::item::Item;
use crate::line::Block;
use crate::note::Note;
use crate::period::Days;

/// Days a year on which pupils attend: 380 half-day sessions by the Education (School Day and School Year) (England)
/// Regulations 1999, which most academies keep to.
const PUPIL_DAYS: i128 = 190;
/// Days a year on which teachers may be asked to work: 195 by the School Teachers' Pay and Conditions Document, of which 190
/// are taught. Other staff are counted in the same way.
const STAFF_DAYS: i128 = 195;
/// The people of one audience who come by one mode.
#[derive(Default)]
struct Journeys {
    people: u64,
    /// Half-millionths of a kilometre per day, there and back, for which these people together are responsible; halves, because
    /// a shared car's kilometres are split between two people.
    half_micro_km_a_day: i128,
}

type ByMode = BTreeMap<(Audience, Mode), Journeys>;

/// Journeys that have a published line, and journeys that have none.
struct Commuting {
    published: ByMode,
    withheld: ByMode,
}

/// One quantity per audience and mode: the kilometres of a year's school days, multiplied by the counted days over the days of
/// the period and truncated to whole millionths once. Only people who answered are counted.
pub(in super::super) fn quantities(
    number: usize,
    frame: &Frame<'_>,
) -> impl Iterator<Item = ActivityData> {
    let all = i128::from(frame.period.days().count());
    let runs = frame.priced_runs();
    let published = commuting(&CountedSurveys::of(frame)).published.into_iter();
    published.flat_map(move |((audience, mode), journeys)| {
        let school_days = school_days(audience);
        let share_of = |days: i128| journeys.half_micro_km_a_day * school_days * days / (2 * all);
        // Each part is the difference of two shares, so that the parts add up to the whole.
        let mut before = 0;
        let part = |(days, year): &(Days, Option<i32>)| {
            let until = before + i128::from(days.count());
            let quantity = share_of(until) - share_of(before);
            before = until;
            let basis = basis(mode);
            ActivityData {
                frame: number,
                block: Block::Voluntary,
                scope: 3,
                item: Item::Commuting(audience, mode),
                unit: basis.unit,
                pricing: basis.pricing,
                year: *year,
                quantity: Quantity::try_from(quantity).unwrap_or(Quantity::MAX),
                energy: Energy::NotCounted,
            }
        };
        runs.iter().map(part).collect::<Vec<_>>()
    })
}

/// A line is published exactly. A line of a few people would reveal how they travel, and a line of people whose count is
/// withheld would reveal that count. So neither kind gets a line.
fn commuting(counted: &CountedSurveys<'_>) -> Commuting {
    let mut counts: BTreeMap<Audience, ModeCounts> = BTreeMap::new();
    for survey in &counted.now {
        let of_audience = counts.entry(survey.audience).or_default();
        for (mode, count) in &survey.current {
            *of_audience.entry(*mode).or_default() += count;
        }
    }
    let shown: BTreeMap<Audience, Answers> = counts
        .iter()
        .map(|(audience, counts)| (*audience, answers(counts)))
        .collect();
    let is_published = |(audience, mode): &(Audience, Mode), journeys: &Journeys| {
        let shown = shown.get(audience).and_then(|of| of.counts.get(mode));
        let is_shown = shown.is_some_and(|shown| shown.count().is_some());
        is_shown && journeys.people >= u64::from(FEWEST_PUBLISHED)
    };
    let (published, withheld) = journeys(&counted.now)
        .into_iter()
        .partition(|(of, journeys)| is_published(of, journeys));
    Commuting {
        published,
        withheld,
    }
}

fn journeys(surveys: &[&TravelSurveyed]) -> ByMode {
    let mut by_mode = ByMode::new();
    for survey in surveys {
        for band in &survey.journeys {
            // Bands lie within 0 and 500 km, so both ends can be kept.
            let (Ok(from), Ok(to)) = (
                micro_from_decimal(band.from_km),
                micro_from_decimal(band.to_km),
            ) else {
                continue;
            };
            let sum = by_mode.entry((survey.audience, band.mode)).or_default();
            sum.people += u64::from(band.count);
            // There and back from the middle of the band equals its lower end plus its upper end.
            let both_ways = i128::from(from) + i128::from(to);
            sum.half_micro_km_a_day +=
                i128::from(band.count) * half_kilometres(band.mode, both_ways);
        }
    }
    by_mode
}

/// Notes on the lines: the share of each audience whose journeys have lines, that the lines are not scaled up to the others,
/// and the assumptions about a mode.
pub(in super::super) fn notes(frame: &Frame<'_>) -> Vec<Note> {
    let counted = CountedSurveys::of(frame);
    let mut people: BTreeMap<Audience, u64> = BTreeMap::new();
    let by_mode = commuting(&counted).published;
    for ((audience, _), journeys) in &by_mode {
        *people.entry(*audience).or_default() += journeys.people;
    }
    let shares = people.into_iter().filter_map(|(audience, people)| {
        let all = everyone(frame, audience, &counted).filter(|all| *all > 0)?;
        Some(Note::Commuting {
            audience,
            percent: people * 100 / all,
            days_a_year: school_days(audience) as i64,
        })
    });
    let is_there = |mode| by_mode.keys().any(|(_, of)| *of == mode);
    let assumed = [
        (Mode::CarShare, Note::SharedCars),
        (Mode::ParkAndStride, Note::ParkAndStride),
    ];
    let assumed = assumed.into_iter().filter(|(mode, _)| is_there(*mode));
    shares.chain(assumed.map(|(_, note)| note)).collect()
}

/// The days a year on which people come.
fn school_days(audience: Audience) -> i128 {
    match audience {
        Audience::Pupil => PUPIL_DAYS,
        Audience::Staff => STAFF_DAYS,
    }
}

/// The size of the audience: the groups that were surveyed, or the census's pupils if they are more.
fn everyone(frame: &Frame<'_>, audience: Audience, counted: &CountedSurveys<'_>) -> Option<u64> {
    let surveyed = counted.now.iter().filter(|one| one.audience == audience);
    let surveyed = surveyed.map(|one| u64::from(one.members())).sum();
    let census = frame.roll.as_ref().map(|roll| u64::from(roll.pupils));
    match audience {
        Audience::Pupil => Some(census.map_or(surveyed, |census| surveyed.max(census))),
        Audience::Staff => Some(surveyed),
    }
}

/// The lines missing from the voluntary total because each would reveal the travel of a few people.
pub(in super::super) fn left_out(frame: &Frame<'_>) -> Vec<Lack> {
    let withheld = commuting(&CountedSurveys::of(frame)).withheld.into_keys();
    let is_priced = |mode| !matches!(basis(mode).pricing, Pricing::Free);
    withheld
        .filter(|(_, mode)| is_priced(*mode))
        .map(|(audience, mode)| Lack::TooFewPeople {
            item: Item::Commuting(audience, mode),
        })
        .collect()
}

/// The unit of a mode's quantity, and how it is priced.
struct Basis {
    pub unit: &'static str,
    pub pricing: Pricing,
}

/// Walked in about ten minutes: the part of the way that a park-and-stride traveller does not drive.
const STRIDE_MICRO_KM: i128 = 800_000;

/// The travel counted for a pupil or a member of staff: a car is driven for that person alone, a shared car for two people;
/// buses, taxis and trains are priced per passenger. Walking, scooters and bicycles are zero by method.
fn basis(mode: Mode) -> Basis {
    let vehicle = |item, route| priced(item, route, FactorUnit::Kilometre);
    let passenger = |item| priced(item, "", FactorUnit::PassengerKilometre);
    match mode {
        Mode::Walk | Mode::Scoot | Mode::Cycle => Basis {
            unit: FactorUnit::Kilometre.as_str(),
            pricing: Pricing::Free,
        },
        Mode::Car | Mode::CarShare | Mode::ParkAndStride => vehicle("Average car", "Unknown"),
        Mode::PublicBus => passenger("Bus: Average local bus"),
        Mode::SchoolBus => passenger("Bus: Coach"),
        Mode::Taxi => passenger("Taxis: Regular taxi"),
        Mode::Rail => passenger("Rail: National rail"),
        Mode::Other => Basis {
            unit: FactorUnit::PassengerKilometre.as_str(),
            pricing: Pricing::NoRow,
        },
    }
}

fn priced(item: &'static str, route: &'static str, unit: FactorUnit) -> Basis {
    let row: FactorRow = row("Business travel- land", item, route, unit);
    Basis {
        unit: unit.as_str(),
        pricing: Pricing::Row(row),
    }
}

/// The share of a there-and-back distance, in millionths of a kilometre, that counts for one person, in halves.
fn half_kilometres(mode: Mode, both_ways: i128) -> i128 {
    match mode {
        Mode::CarShare => both_ways,
        Mode::ParkAndStride => 2 * (both_ways - 2 * STRIDE_MICRO_KM).max(0),
        _ => 2 * both_ways,
    }
}
