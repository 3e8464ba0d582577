//! How the figures were made: the guidelines, the factors and the substitutes.

use std::collections::{BTreeMap, BTreeSet};

use events::Mode;
use footprint::{Block, FactorSetRef, FactorSource, Item, Line, OfYear, Price, YearRule};

use super::{Basis, StatementContext, lines};
use crate::format;
use crate::rollup::TrustView;

pub(super) fn paragraphs(context: &StatementContext<'_>) -> Vec<String> {
    let mut paragraphs = vec![
        "We have followed the 2019 HM Government Environmental Reporting Guidelines. We have also used the GHG \
         Reporting Protocol \u{2013} Corporate Standard, location-based, and the UK Government Conversion Factors for \
         Company Reporting."
            .to_owned(),
        basis(context.basis),
    ];
    paragraphs.extend(context.views().map(factor_years));
    paragraphs.extend(context.views().flat_map(stand_ins));
    paragraphs.extend(context.views().flat_map(provisional));
    paragraphs.extend(context.views().flat_map(own_factors));
    paragraphs.extend(context.views().flat_map(energy_contents));
    paragraphs.extend(quantities(context));
    paragraphs.push(
        "Every line is its quantity times one factor; totals are sums of figures that are not rounded, and are \
         rounded here only for reading. Figures under a total are rounded up or down so that they add up to it."
            .to_owned(),
    );
    paragraphs
}

fn basis(basis: Basis) -> String {
    match basis {
        Basis::Actual => {
            "Basis: actual readings. What is missing is in no figure, and no figure holds an estimate of it."
        }
        Basis::Filled => {
            "Basis: gaps filled by estimate. Energy and emissions of gas and grid electricity, the totals and the ratio \
             hold the readings that came and an estimate of the half-hours that are missing; a report on the basis of actual \
             readings is available too. The voluntary block, the market-based figure and the net of export \
             are of actual readings and stand there."
        }
    }
    .to_owned()
}

fn statutory(view: &TrustView) -> impl Iterator<Item = &Line> {
    lines(view).filter(|line| line.block == Block::Statutory)
}

/// Prices by a row of the table, of every block that the report shows: zero-rated lines have none, and market-based lines
/// are priced by their contracts.
fn prices(view: &TrustView) -> impl Iterator<Item = (&Line, &Price)> {
    lines(view)
        .filter(|line| line.block != Block::MarketBased)
        .filter_map(|line| Some((line, line.price.as_ref()?)))
        .filter(|(_, price)| !price.sources.is_empty())
}

/// Every year of a price, with the factor that is used for it.
fn by_year(view: &TrustView) -> impl Iterator<Item = (String, OfYear<'_>)> {
    prices(view).flat_map(move |(line, price)| {
        let label = format::item(line.item);
        let years = price.by_year().into_iter();
        years.map(move |of| (label.clone(), of))
    })
}

/// The years of the factors that priced a year, and which of the two methods chose them.
fn factor_years(view: &TrustView) -> String {
    let label = view.period.label();
    let years: BTreeSet<i32> = prices(view)
        .filter(|(line, _)| line.block == Block::Statutory)
        .flat_map(|(_, price)| price.by_year())
        .map(|of| of.factor_year)
        .collect();
    let years: Vec<String> = years.into_iter().map(|year| year.to_string()).collect();
    let choices: BTreeSet<YearRule> = view
        .totals
        .factor_sets
        .iter()
        .map(|set| set.method)
        .collect();
    let by: Vec<&str> = choices.into_iter().map(by_choice).collect();
    if years.is_empty() {
        return format!("{label}: nothing is priced.");
    }
    format!(
        "{label}: the conversion factors of {}, {}. {}",
        format::listed(&years),
        by.join("; "),
        sets(&view.totals.factor_sets)
    )
}

fn by_choice(choice: YearRule) -> &'static str {
    match choice {
        YearRule::Majority => {
            "by the majority rule: those of the calendar year with most of the reporting year\u{2019}s days"
        }
        YearRule::Blended => {
            "blended: those of each calendar year that the reporting year touches, weighted by days"
        }
        YearRule::OwnYear => "each day by those of its own calendar year",
    }
}

fn sets(sets: &[FactorSetRef]) -> String {
    let names: Vec<String> = sets
        .iter()
        .map(|set| format!("{} {} ({})", set.name, set.version, set.hash))
        .collect();
    format!("Table: {}.", format::listed(&names))
}

/// Factors of another year than the period's.
fn stand_ins(view: &TrustView) -> Vec<String> {
    let mut used: BTreeMap<(i32, i32), BTreeSet<String>> = BTreeMap::new();
    for (item, of) in by_year(view).filter(|(_, of)| of.year != of.factor_year) {
        let items = used.entry((of.year, of.factor_year)).or_default();
        items.insert(item);
    }
    let sentence = |((wanted, year), items): ((i32, i32), BTreeSet<String>)| {
        format!(
            "{}: the factor of {wanted} for {} is not yet published; that of {year} stands in.",
            view.period.label(),
            format::listed(&items.into_iter().collect::<Vec<_>>())
        )
    };
    used.into_iter().map(sentence).collect()
}

fn provisional(view: &TrustView) -> Vec<String> {
    let mut read: BTreeMap<i32, BTreeSet<String>> = BTreeMap::new();
    for (item, of) in
        by_year(view).filter(|(_, of)| matches!(of.source, Some(FactorSource::Provisional(_))))
    {
        read.entry(of.factor_year).or_default().insert(item);
    }
    let sentence = |(year, items): (i32, BTreeSet<String>)| {
        format!(
            "{}: the {year} factors of {} are provisional, not from the DESNZ workbook; they have to be confirmed \
             before these figures are filed.",
            view.period.label(),
            format::listed(&items.into_iter().collect::<Vec<_>>())
        )
    };
    read.into_iter().map(sentence).collect()
}

/// The lines for which the trust's own factors replace published ones.
fn own_factors(view: &TrustView) -> Vec<String> {
    let own: BTreeSet<(String, &FactorSource)> = by_year(view)
        .filter_map(|(item, of)| Some((item, of.source?)))
        .filter(|(_, source)| matches!(source, FactorSource::Own(_)))
        .collect();
    let sentence = |(item, source): (String, &FactorSource)| {
        format!("{}: {item} is priced by {source}.", view.period.label())
    };
    own.into_iter().map(sentence).collect()
}

/// The rows and years by which litres and miles were converted to energy, including substitutes from another year.
fn energy_contents(view: &TrustView) -> Vec<String> {
    let contents: BTreeSet<(String, &str, &str)> = statutory(view)
        .filter_map(|line| {
            let from = line.energy_from.as_deref()?;
            Some((format::item(line.item), line.unit.as_str(), from))
        })
        .collect();
    let sentence = |(item, unit, from): (String, &str, &str)| {
        format!(
            "{}: the energy of {item} is its {unit} \u{d7} {from}.",
            view.period.label()
        )
    };
    contents.into_iter().map(sentence).collect()
}

/// Notes on some quantities, if there are any of them.
fn quantities(context: &StatementContext<'_>) -> Vec<String> {
    type Picks = fn(&Line) -> bool;
    const NOTES: [(Picks, &str); 8] = [
        (
            |line| line.item == Item::Gas,
            "Gas is in kWh of gross calorific value, as billed.",
        ),
        (
            |line| line.scope == 1 && line.item.is_minibus_by_distance(),
            "The set has no factor for minibuses: where only their distance is known, an average van of up to 3.5 \
             tonnes stands for them.",
        ),
        (
            |line| line.item.is_minibus() || line.item.is_staff_car(),
            "Energy of transport fuel is of net calorific value, from litres or distance by the published energy \
             contents.",
        ),
        (
            |line| line.item == Item::Solar,
            "Electricity that own panels made and the site used counts as energy, at zero emissions.",
        ),
        (
            |line| line.block == Block::BelowLine,
            "Electricity exported to the grid is deducted only below the gross line, at the grid\u{2019}s average. The \
             ratio is of the gross.",
        ),
        (
            |line| line.item.is_commuting_by(Mode::CarShare),
            "Commuting by a shared car counts half its kilometres: a car is taken to be shared by two.",
        ),
        (
            |line| line.item.is_commuting_by(Mode::ParkAndStride),
            "Commuting by park and stride counts the way to school less 0.8 km each way, which are walked.",
        ),
        (
            |line| line.block == Block::MarketBased,
            "Market-based scope 2 stands beside the location-based figure and in no total: schools with supply \
             contracts by their contracts, all others at the grid\u{2019}s average.",
        ),
    ];
    let is_there = |picks: Picks| context.views().flat_map(lines).any(picks);
    NOTES
        .into_iter()
        .filter(|(picks, _)| is_there(*picks))
        .map(|(_, sentence)| sentence.to_owned())
        .collect()
}
