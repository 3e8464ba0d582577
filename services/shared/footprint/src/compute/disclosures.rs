//! What a footprint has to say of itself: why it is not complete, and what stands beside its figures.

use std::collections::BTreeMap;

use events::{Channel, Fuel};

use super::meters::Metered;
use super::price::Priced;
use super::{Frame, Method, sufficiency, travel};
use crate::completeness::Lack;
use crate::line::{Block, Line, YearRule};
use crate::period::{Days, Period};
use crate::school_history::Membership;

/// What the statutory total, and what the voluntary one, lacks.
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
        item: line.item.clone(),
        years: years.to_owned(),
        row: price.row.clone(),
        not_standing_in: price.not_standing_in.clone(),
    })
}

fn no_energy(Priced { line, price }: &Priced, years: &str) -> Option<Lack> {
    let unpublished = line.block == Block::Statutory && line.energy.is_none();
    (price.missing_content.is_some() || unpublished).then(|| Lack::EnergyContent {
        item: line.item.clone(),
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
) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(stand_ins(lines));
    notes.extend(by_provenance(lines));
    if method.year_rule(frame.period) == YearRule::Blended {
        notes.push(format!(
            "factors are blended by days: {}",
            years(frame, method)
        ));
    }
    notes.extend(metered.solar.notes());
    notes.extend(membership(frame));
    notes.extend(disputed(frame));
    notes.extend(census(frame, method));
    notes.extend(travel::told(frame));
    notes
}

/// Then readings of what was generated are missing, and what is left of them is no 0.
fn exported_more_than_made(metered: &Metered) -> bool {
    let made = metered.total(|fuel, channel| (fuel, channel) == (Fuel::Solar, Channel::AI));
    let has_panels = metered
        .figures
        .iter()
        .any(|meter| meter.fuel == Fuel::Solar);
    has_panels && metered.exported().unwrap_or(0) > made.unwrap_or(0)
}

/// What a line is of, in words.
fn name(line: &Line) -> String {
    line.item.replace('_', " ")
}

/// The years whose factors price the footprint: `2026`, or `2024 and 2025`.
fn years(frame: &Frame<'_>, method: &Method) -> String {
    let years = method.factor_years(frame.period);
    let years: Vec<String> = years.iter().map(ToString::to_string).collect();
    years.join(" and ")
}

/// Where a factor or an energy content of an earlier year stands in. A blend of them is told of year by year.
fn stand_ins(lines: &[Priced]) -> Vec<String> {
    let mut said = Vec::new();
    for Priced { line, price } in lines {
        for of in line.price.iter().flat_map(|price| price.by_year()) {
            let (year, factor_year) = (of.year, of.factor_year);
            if year == factor_year {
                continue;
            }
            let blended = line.price.iter().any(|price| !price.blend.is_empty());
            let part = if blended {
                format!(" for {year}")
            } else {
                String::new()
            };
            said.push(format!(
                "{} is priced{part} with the {factor_year} factor, because none of {year} is known",
                name(line)
            ));
        }
        let contents = price.content.iter();
        for of in contents.flat_map(|content| content.chosen.by_year()) {
            if of.year != of.factor_year {
                said.push(format!(
                    "the energy in {} is by the {} table, because none of {} is known",
                    name(line),
                    of.factor_year,
                    of.year
                ));
            }
        }
    }
    said
}

/// Which lines rest on factors, or their energy on contents, that were not read from the official workbook.
fn by_provenance(lines: &[Priced]) -> Vec<String> {
    let mut second_hand: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    let mut own: Vec<String> = Vec::new();
    for Priced { line, price } in lines {
        let factors = line.price.iter().flat_map(|price| price.by_year());
        let contents = price.content.iter();
        let contents = contents.flat_map(|content| content.chosen.by_year());
        let factors = factors.map(|of| (of, format!("{} is priced with", name(line))));
        let contents =
            contents.map(|of| (of, format!("the energy in {} is counted with", name(line))));
        for (of, how) in factors.chain(contents) {
            if of.provenance.contains("second-hand") {
                let items = second_hand.entry(of.factor_year).or_default();
                if !items.contains(&name(line)) {
                    items.push(name(line));
                }
            }
            if of.provenance.contains("the trust's own: ") {
                let said = format!("{how} {}", of.provenance);
                if !own.contains(&said) {
                    own.push(said);
                }
            }
        }
    }
    let told = second_hand.into_iter().map(|(year, items)| {
        format!(
            "the {year} factors of {} were read second-hand, not from the official workbook",
            items.join(", ")
        )
    });
    told.chain(own).collect()
}

fn membership(frame: &Frame<'_>) -> Option<String> {
    let (member, all) = (frame.member.count(), frame.period.days().count());
    (member < all).then(|| {
        format!(
            "a member of the trust on {member} of {all} days, {} to {}: only these are counted, and pupils by their share",
            frame.member.from, frame.member.to
        )
    })
}

/// Days that two trusts registered count once. Neither trust is named to the other.
fn disputed(frame: &Frame<'_>) -> impl Iterator<Item = String> {
    let period = frame.period.days();
    let told = move |runs: &[Days], how: &str| -> Vec<String> {
        let shared = runs.iter().map(|run| run.and(period));
        shared
            .filter(|shared| shared.count() > 0)
            .map(|Days { from, to }| format!("another trust has registered the school from {from} to {to} too: these days {how}"))
            .collect()
    };
    let Membership {
        lost, contested, ..
    } = frame.membership;
    let here = told(contested, "count here, where the registration is older");
    let there = told(lost, "count there, where the registration is older");
    here.into_iter().chain(there)
}

fn census(frame: &Frame<'_>, method: &Method) -> Option<String> {
    let of = match frame.period {
        Period::AcademicYear { year, .. } => year.to_string(),
        Period::Trailing { .. } => "the last twelve months".to_owned(),
    };
    let roll = frame.roll.as_ref()?;
    let wanted = frame.period.days().contains(roll.census_date) && method.census.is_of(roll);
    (!wanted).then(|| {
        format!(
            "pupils are those of {} ({}), because no {} census of {of} is registered",
            roll.census_date,
            roll.source,
            method.census.name()
        )
    })
}
