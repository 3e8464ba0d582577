//! One school's lines of two years, side by side.

use std::collections::BTreeMap;

use events::{Channel, MilligramsCo2e};

use super::{Change, HalfHours, Incomparable, ItemChange, NotComparable, PartMember, Side};
use crate::item::Item;
use crate::line::{Block, Line, Price};
use crate::message::Footprint;

/// The key by which lines of two years are paired: the same scope, item and unit.
type Key<'a> = (u8, Item, &'a str);

/// A line of the year before and one of the year; at least one of the two exists.
type Pair<'a> = (Option<&'a Line>, Option<&'a Line>);

pub(super) fn compared(current: &Footprint, prior: &Footprint) -> Change {
    let mut change = Change {
        prior: prior.gross,
        current: current.gross,
        part_members: PartMember::of(current, prior).into_iter().collect(),
        prior_half_hours: HalfHours::of(prior),
        current_half_hours: HalfHours::of(current),
        ..Change::default()
    };
    for (before, now) in pairs(prior, current) {
        let Some(line) = now.or(before) else { continue };
        match why_not(before, now, current, prior) {
            Some(why) => change.put_aside(line, why, before, now, current),
            None => change.compare(line, before, now),
        }
    }
    change
}

/// Whether any statutory line is priced: without one the gross is unknown, not 0.
pub(super) fn has_figures(school: &Footprint) -> bool {
    statutory(school).any(|line| line.price.is_some())
}

fn statutory(school: &Footprint) -> impl Iterator<Item = &Line> {
    let lines = school.lines.iter();
    lines.filter(|line| line.block == Block::Statutory)
}

/// Lines of the same key, side by side: first those priced by the same row, then the others in the order of their rows.
fn pairs<'a>(prior: &'a Footprint, current: &'a Footprint) -> Vec<Pair<'a>> {
    let mut by_key: BTreeMap<Key<'a>, (Vec<&'a Line>, Vec<&'a Line>)> = BTreeMap::new();
    for line in statutory(prior) {
        by_key.entry(key(line)).or_default().0.push(line);
    }
    for line in statutory(current) {
        by_key.entry(key(line)).or_default().1.push(line);
    }
    let mut all = Vec::new();
    for (mut before, mut now) in by_key.into_values() {
        before.sort_by_key(|line| row(line));
        now.sort_by_key(|line| row(line));
        now.retain(|line| {
            let same = before.iter().position(|other| row(other) == row(line));
            if let Some(place) = same {
                all.push((Some(before.remove(place)), Some(*line)));
            }
            same.is_none()
        });
        let longest = before.len().max(now.len());
        let of = |lines: &[&'a Line], place| lines.get(place).copied();
        all.extend((0..longest).map(|place| (of(&before, place), of(&now, place))));
    }
    all
}

fn key(line: &Line) -> Key<'_> {
    (line.scope, line.item, &line.unit)
}

fn row(line: &Line) -> &str {
    line.price.as_ref().map_or("", |price| &price.row)
}

fn why_not(
    before: Option<&Line>,
    now: Option<&Line>,
    current: &Footprint,
    prior: &Footprint,
) -> Option<Incomparable> {
    let unpriced = |line: Option<&Line>| line.is_some_and(|line| line.price.is_none());
    let silent = |line: Option<&Line>, other: Option<&Line>, school: &Footprint| {
        let missing = line.is_none().then_some(other).flatten();
        missing.is_some_and(|other| has_silent_meter(school, other.item))
    };
    match () {
        () if !has_figures(prior) => Some(Incomparable::NothingBefore),
        () if !has_figures(current) => Some(Incomparable::NothingNow),
        () if unpriced(before) => Some(Incomparable::UnpricedBefore),
        () if unpriced(now) => Some(Incomparable::UnpricedNow),
        () if silent(before, now, prior) => Some(Incomparable::SilentBefore),
        () if silent(now, before, current) => Some(Incomparable::SilentNow),
        () => None,
    }
}

/// Whether a meter of this item was expected to report but sent nothing. Items of metered lines have the names of their fuels.
fn has_silent_meter(school: &Footprint, item: Item) -> bool {
    let mut imports = school
        .meters
        .iter()
        .filter(|meter| meter.channel == Channel::AI);
    imports.any(|meter| {
        Item::of_fuel(meter.fuel) == item
            && meter.coverage.expected > 0
            && meter.coverage.present == 0
    })
}

fn carbon(line: Option<&Line>) -> Option<MilligramsCo2e> {
    Some(line?.price.as_ref()?.co2e)
}

impl Change {
    fn compare(&mut self, line: &Line, before: Option<&Line>, now: Option<&Line>) {
        let (cp, cc) = (carbon(before), carbon(now));
        let total = cc.unwrap_or_default().0 - cp.unwrap_or_default().0;
        // A line that only one year has is all activity: there is no second factor to compare with.
        let method = before.zip(now).and_then(by_factor).unwrap_or(0);
        let item = ItemChange {
            scope: line.scope,
            item: line.item,
            unit: line.unit.clone(),
            prior: before.and_then(Side::of),
            current: now.and_then(Side::of),
            activity: MilligramsCo2e(total - method),
            method: MilligramsCo2e(method),
        };
        self.activity += item.activity;
        self.method += item.method;
        self.add_item(item);
    }

    fn put_aside(
        &mut self,
        line: &Line,
        why: Incomparable,
        before: Option<&Line>,
        now: Option<&Line>,
        school: &Footprint,
    ) {
        let (prior, current) = (carbon(before), carbon(now));
        let net = current.unwrap_or_default().0 - prior.unwrap_or_default().0;
        self.uncompared += MilligramsCo2e(net);
        self.not_comparable.push(NotComparable {
            urn: school.urn,
            school: school.school.clone(),
            scope: line.scope,
            item: line.item,
            unit: line.unit.clone(),
            why,
            prior,
            current,
        });
    }
}

/// `Cc - round(Qc × Fp)`, in milligrams: a quantity in millionths of a unit times kg per unit is milligrams.
fn by_factor((before, now): (&Line, &Line)) -> Option<i64> {
    let (prior, current) = (before.price.as_ref()?, now.price.as_ref()?);
    let at_prior_factor = (now.quantity as f64 * prior.factor).round() as i64;
    Some(current.co2e.0 - at_prior_factor)
}

impl Side {
    fn of(line: &Line) -> Option<Side> {
        let price = line.price.as_ref()?;
        Some(Side {
            quantity: line.quantity,
            co2e: price.co2e,
            factor: Some(price.factor),
            factor_years: years(price),
        })
    }
}

/// The years of the rows in a price.
fn years(price: &Price) -> Vec<i32> {
    let mut years: Vec<i32> = price.blend.iter().map(|part| part.factor_year).collect();
    if years.is_empty() {
        years.push(price.year);
    }
    years.sort_unstable();
    years.dedup();
    years
}

impl PartMember {
    fn of(current: &Footprint, prior: &Footprint) -> Option<Self> {
        let lacks = |school: &Footprint| school.member.count() < school.period.days().count();
        (lacks(current) || lacks(prior)).then(|| PartMember {
            urn: current.urn,
            school: current.school.clone(),
            prior_days: prior.member.count(),
            current_days: current.member.count(),
        })
    }
}
