//! The disclosures of a footprint: why it is not complete, and the notes beside its figures.

use std::collections::BTreeMap;

use events::{Channel, Fuel};

use super::meters::Metered;
use super::price::Priced;
use super::{Frame, Method, sufficiency, travel};
use crate::completeness::Lack;
use crate::factor_source::FactorSource;
use crate::item::Item;
use crate::line::{Block, YearRule};
use crate::note::{Counts, Note};
use crate::period::{Days, Period};
use crate::school_history::Membership;

/// Lists what the statutory total and the voluntary total lack.
pub(super) struct Lacks {
    pub statutory: Vec<Lack>,
    pub voluntary: Vec<Lack>,
}

pub(super) fn lacks(
    frame: &Frame<'_>,
    lines: &[Priced],
    metered: &Metered,
    method: &Method,
) -> Lacks {
    let mut all = Lacks {
        statutory: Vec::new(),
        voluntary: Vec::new(),
    };
    for priced in lines {
        let year = priced.price.year;
        let years = year.map_or_else(|| years(frame, method), |year| year.to_string());
        let of_block = match priced.line.block {
            Block::Statutory => &mut all.statutory,
            _ => &mut all.voluntary,
        };
        of_block.extend(no_factor(priced, &years));
        of_block.extend(no_energy(priced, &years));
    }
    all.statutory.dedup();
    all.voluntary.dedup();
    all.voluntary.extend(travel::left_out(frame));
    if frame.roll.is_none() {
        all.statutory.push(Lack::Roll);
    }
    if exported_more_than_made(metered) {
        all.statutory.push(Lack::Generation);
    }
    all.statutory
        .extend(sufficiency::without_a_meter(frame, lines, metered, method));
    let is_statutory = |priced: &Priced| priced.line.block == Block::Statutory;
    if metered.figures.is_empty() {
        all.statutory.push(Lack::AnyMeter);
    } else if !lines.iter().any(is_statutory) {
        all.statutory.push(Lack::AnyReading);
    }
    all
}

fn no_factor(Priced { line, price }: &Priced, years: &str) -> Option<Lack> {
    line.price.is_none().then(|| Lack::Factor {
        item: line.item,
        years: years.to_owned(),
        row: price.row.clone(),
        not_standing_in: price.not_standing_in.clone(),
    })
}

fn no_energy(Priced { line, price }: &Priced, years: &str) -> Option<Lack> {
    let unpublished = line.block == Block::Statutory && line.energy.is_none();
    (price.missing_content.is_some() || unpublished).then(|| Lack::EnergyContent {
        item: line.item,
        years: years.to_owned(),
        row: price.missing_content.clone(),
        unit: line.unit.clone(),
    })
}

pub(super) fn notes(
    frame: &Frame<'_>,
    lines: &[Priced],
    metered: &Metered,
    method: &Method,
) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(stand_ins(lines));
    notes.extend(by_source(lines));
    if method.year_rule(frame.period) == YearRule::Blended {
        let years = method.factor_years(frame.period);
        notes.push(Note::BlendedFactors { years });
    }
    notes.extend(metered.solar.notes());
    notes.extend(membership(frame));
    notes.extend(disputed(frame));
    notes.extend(census(frame, method));
    notes.extend(travel::notes(frame));
    notes
}

/// In that case readings of generation are missing, and the remainder must not be shown as 0.
fn exported_more_than_made(metered: &Metered) -> bool {
    let made = metered.total(|fuel, channel| (fuel, channel) == (Fuel::Solar, Channel::AI));
    let has_panels = metered
        .figures
        .iter()
        .any(|meter| meter.fuel == Fuel::Solar);
    has_panels && metered.exported().unwrap_or(0) > made.unwrap_or(0)
}

/// The calendar years of the factors that price the footprint: `2026`, or `2024 and 2025`.
fn years(frame: &Frame<'_>, method: &Method) -> String {
    let years = method.factor_years(frame.period);
    let years: Vec<String> = years.iter().map(ToString::to_string).collect();
    years.join(" and ")
}

/// Notes each factor or energy content of an earlier year that stands in. A blend of them is noted year by year.
fn stand_ins(lines: &[Priced]) -> Vec<Note> {
    let mut notes = Vec::new();
    for Priced { line, price } in lines {
        let factors = line.price.iter().flat_map(|price| price.by_year());
        for of in factors.filter(|of| of.year != of.factor_year) {
            notes.push(Note::StandInFactor {
                item: line.item,
                year: of.year,
                factor_year: of.factor_year,
                of_a_blend: line.price.iter().any(|price| !price.blend.is_empty()),
            });
        }
        let contents = price.content.iter();
        let contents = contents.flat_map(|content| content.chosen.by_year());
        for of in contents.filter(|of| of.year != of.factor_year) {
            notes.push(Note::StandInContent {
                item: line.item,
                year: of.year,
                factor_year: of.factor_year,
            });
        }
    }
    notes
}

/// Notes the lines whose factors or energy contents were not read in the official workbook.
fn by_source(lines: &[Priced]) -> Vec<Note> {
    let mut provisional: BTreeMap<i32, Vec<Item>> = BTreeMap::new();
    let mut own: Vec<Note> = Vec::new();
    for Priced { line, price } in lines {
        let factors = line.price.iter().flat_map(|price| price.by_year());
        let contents = price.content.iter();
        let contents = contents.flat_map(|content| content.chosen.by_year());
        let factors = factors.map(|of| (of, Counts::Emissions));
        for (of, counts) in factors.chain(contents.map(|of| (of, Counts::Energy))) {
            match of.source {
                Some(FactorSource::Provisional(_)) => {
                    let items = provisional.entry(of.factor_year).or_default();
                    if !items.contains(&line.item) {
                        items.push(line.item);
                    }
                }
                Some(source @ FactorSource::Own(_)) => {
                    let note = Note::OwnFactor {
                        item: line.item,
                        counts,
                        source: source.clone(),
                    };
                    if !own.contains(&note) {
                        own.push(note);
                    }
                }
                Some(FactorSource::Workbook | FactorSource::Contract(_)) | None => {}
            }
        }
    }
    let provisional = provisional
        .into_iter()
        .map(|(factor_year, items)| Note::ProvisionalFactors { factor_year, items });
    provisional.chain(own).collect()
}

fn membership(frame: &Frame<'_>) -> Option<Note> {
    let of_days = frame.period.days().count();
    (frame.member.count() < of_days).then_some(Note::PartMembership {
        member: frame.member,
        of_days,
    })
}

/// Days that two trusts registered count once. Neither trust's name is shown to the other.
fn disputed(frame: &Frame<'_>) -> impl Iterator<Item = Note> {
    let period = frame.period.days();
    let note = move |runs: &[Days], counts_here: bool| -> Vec<Note> {
        let shared = runs.iter().map(|run| run.and(period));
        shared
            .filter(|shared| shared.count() > 0)
            .map(|days| Note::DisputedMembership { days, counts_here })
            .collect()
    };
    let Membership {
        lost, contested, ..
    } = frame.membership;
    let (here, there) = (note(contested, true), note(lost, false));
    here.into_iter().chain(there)
}

fn census(frame: &Frame<'_>, method: &Method) -> Option<Note> {
    let year = match frame.period {
        Period::AcademicYear { year, .. } => Some(year),
        Period::Trailing { .. } => None,
    };
    let roll = frame.roll.as_ref()?;
    let is_wanted = frame.period.days().contains(roll.census_date) && method.census.is_of(roll);
    (!is_wanted).then(|| Note::OtherCensus {
        date: roll.census_date,
        source: roll.source.clone(),
        wanted: method.census.name().to_owned(),
        year,
    })
}
