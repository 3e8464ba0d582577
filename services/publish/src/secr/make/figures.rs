//! The figures of a year from the lines of a trust's schools.

use std::collections::BTreeMap;

use events::{ActivityKind, Audience, Fuel, MilligramsCo2e, Quantity, kilowatt_hours};
use footprint::{Block, Footprint, Item, Line};

use super::counted::Counted;
use crate::format;
use crate::rollup::{TrustView, passed};
use crate::secr::{
    Basis, BelowGross, Energy, Figure, Intensity, Scope1, Scope2, Scope3, UsedFactor, Voluntary,
    VoluntaryLine, Year,
};

pub(super) fn year(counted: Counted<'_>) -> Year {
    let view = counted.view;
    let days = passed(view.period);
    let tonnes = |picks, of: &[Fuel]| counted.carbon(carbon_of(view, picks), of).map(in_tonnes);
    let gross = counted.carbon(view.totals.known_gross(), &[Fuel::Gas, Fuel::Electricity]);
    Year {
        label: view.period.label(),
        from: Some(days.from),
        to: Some(days.to),
        part_year: !view.period.is_whole(),
        complete: Some(view.is_complete()),
        incomplete: view.incomplete(),
        energy_kwh: energy(counted),
        scope_1_tco2e: Scope1 {
            gas: tonnes(is_gas, &[Fuel::Gas]),
            owned_transport: tonnes(is_owned_transport, &[]),
            other_fuels: tonnes(is_other_fuel, &[]),
            total: tonnes(|line| line.scope == 1, &[Fuel::Gas]),
        },
        scope_2_tco2e: Scope2 {
            purchased_electricity: tonnes(|line| line.scope == 2, &[Fuel::Electricity]),
        },
        scope_3_tco2e: Scope3 {
            employee_owned_vehicles: tonnes(|line| line.scope == 3, &[]),
        },
        total_gross_tco2e: gross.map(in_tonnes),
        intensity: intensity(counted, gross),
        below_gross: below_gross(view, gross.filter(|_| counted.is_actual())),
        market_based_scope_2_tco2e: market_based(view)
            .filter(|_| counted.is_actual())
            .map(in_tonnes),
        voluntary: match counted.basis {
            Basis::Actual => voluntary(view),
            Basis::Filled => Voluntary::default(),
        },
        factors: factors(view),
        half_hours_expected: Some(view.totals.coverage.expected),
        half_hours_present: Some(view.totals.coverage.present),
    }
}

fn is_gas(line: &Line) -> bool {
    line.scope == 1 && line.item == Item::Gas
}

fn is_owned_transport(line: &Line) -> bool {
    line.scope == 1 && line.item.is_minibus()
}

fn is_other_fuel(line: &Line) -> bool {
    line.scope == 1 && !is_gas(line) && !is_owned_transport(line)
}

/// The statutory part of scope 3 is business travel only.
fn is_transport(line: &Line) -> bool {
    is_owned_transport(line) || line.scope == 3
}

fn lines(view: &TrustView, block: Block) -> impl Iterator<Item = &Line> {
    let lines = view.schools.iter().flat_map(|school| &school.lines);
    lines.filter(move |line| line.block == block)
}

fn carbon(line: &Line) -> Option<MilligramsCo2e> {
    Some(line.price.as_ref()?.co2e)
}

fn in_tonnes(co2e: MilligramsCo2e) -> Figure {
    co2e.tonnes().into()
}

/// The sum of the known values; none if there are none.
fn sum<T: std::iter::Sum>(known: impl Iterator<Item = T>) -> Option<T> {
    let mut known = known.peekable();
    known.peek()?;
    Some(known.sum())
}

fn carbon_of(view: &TrustView, picks: fn(&Line) -> bool) -> Option<MilligramsCo2e> {
    let picked = lines(view, Block::Statutory).filter(|line| picks(line));
    sum(picked.filter_map(carbon))
}

fn energy(counted: Counted<'_>) -> Energy {
    let kwh = |picks: fn(&Line) -> bool, of: &[Fuel]| {
        let picked = lines(counted.view, Block::Statutory).filter(|line| picks(line));
        let energy: Option<Quantity> = sum(picked.filter_map(|line| line.energy));
        let energy = counted.energy(energy, of);
        energy.map(|energy| kilowatt_hours(energy).into())
    };
    Energy {
        total: kwh(|_| true, &[Fuel::Gas, Fuel::Electricity]),
        gas: kwh(is_gas, &[Fuel::Gas]),
        electricity: kwh(|line| line.scope == 2, &[Fuel::Electricity]),
        of_it_solar: kwh(|line| line.scope == 2 && line.item == Item::Solar, &[]),
        transport_fuel: kwh(is_transport, &[]),
        other_heating_fuels: kwh(is_other_fuel, &[]),
    }
}

fn intensity(counted: Counted<'_>, gross: Option<MilligramsCo2e>) -> Intensity {
    let totals = &counted.view.totals;
    let in_ratio = counted.gross_in_ratio();
    let pupils = totals.in_ratio.pupils();
    let known = in_ratio
        .zip(pupils)
        .map(|(gross, pupils)| Figure::from(gross.tonnes() / pupils));
    let is_enough = counted.is_enough();
    let (tco2e, partial_tco2e) = match (is_enough, counted.basis) {
        (true, _) => (known, None),
        // With gaps filled, it would not be the value of the data that arrived.
        (false, Basis::Actual) => (None, known),
        (false, Basis::Filled) => (None, None),
    };
    // The estimate for gaps exists only at the period's factors.
    let at_baseline_factors_tco2e = match counted.basis {
        Basis::Actual => counted
            .view
            .tonnes_per_pupil_at_baseline()
            .map(Figure::from),
        Basis::Filled => None,
    };
    let lacks = counted.view.sufficiency.sentence();
    Intensity {
        count: pupils.map(Figure::from),
        gross_tco2e: in_ratio
            .filter(|of| Some(*of) != gross && totals.in_ratio.schools > 0)
            .map(in_tonnes),
        tco2e,
        at_baseline_factors_tco2e,
        partial_tco2e,
        not_enough_data: lacks.filter(|_| !is_enough),
        ..Intensity::default()
    }
}

fn below_gross(view: &TrustView, gross: Option<MilligramsCo2e>) -> BelowGross {
    let exported: Vec<&Line> = lines(view, Block::BelowLine).collect();
    if exported.is_empty() {
        return BelowGross::default();
    }
    let quantity: Quantity = exported.iter().map(|line| line.quantity).sum();
    // If some of it had no price, the net would look larger than it is.
    let co2e: Option<Vec<MilligramsCo2e>> = exported.iter().map(|line| carbon(line)).collect();
    let co2e: Option<MilligramsCo2e> = co2e.map(|known| known.into_iter().sum());
    let net = gross
        .zip(co2e)
        .map(|(gross, out)| MilligramsCo2e(gross.0 - out.0));
    BelowGross {
        exported_kwh: Some(kilowatt_hours(quantity).into()),
        exported_tco2e: co2e.map(in_tonnes),
        net_tco2e: net.map(in_tonnes),
    }
}

/// Scope 2 by supply contracts: schools with contracts by theirs, the others at the grid's average. None if no school has
/// a contract, or if any part has no price.
fn market_based(view: &TrustView) -> Option<MilligramsCo2e> {
    let of = |school: &Footprint, block: Block| -> Option<Option<MilligramsCo2e>> {
        let lines = school.lines.iter();
        let mut lines = lines
            .filter(|line| line.block == block && line.scope == 2)
            .peekable();
        lines.peek()?;
        Some(lines.map(carbon).sum())
    };
    let schools = || view.schools.iter().map(AsRef::as_ref);
    if !schools().any(|school| of(school, Block::MarketBased).is_some()) {
        return None;
    }
    schools()
        .filter_map(|school| of(school, Block::MarketBased).or(of(school, Block::Statutory)))
        .sum()
}

fn voluntary(view: &TrustView) -> Voluntary {
    let mut items: BTreeMap<&str, Option<MilligramsCo2e>> = BTreeMap::new();
    for line in lines(view, Block::Voluntary) {
        let sum = items.entry(group(line.item)).or_default();
        if let Some(co2e) = carbon(line) {
            *sum.get_or_insert_default() += co2e;
        }
    }
    Voluntary {
        lines: items
            .into_iter()
            .map(|(item, co2e)| VoluntaryLine {
                item: item.to_owned(),
                label: format::label(item),
                tco2e: co2e.map(in_tonnes),
            })
            .collect(),
        total_tco2e: view.totals.known_voluntary().map(in_tonnes),
    }
}

/// The row of the report that a line belongs to: the row's single lines are in the table of lines.
pub(crate) fn group(item: Item) -> &'static str {
    match item {
        Item::Commuting(Audience::Pupil, _) => "commuting_pupils",
        Item::Commuting(Audience::Staff, _) => "commuting_staff",
        Item::Waste(..) => "waste",
        Item::Activity(ActivityKind::WaterSupply | ActivityKind::WaterTreatment) => "water",
        Item::WttElectricity
        | Item::WttGridLosses
        | Item::WttGas
        | Item::WttMinibusDiesel
        | Item::WttMinibusPetrol => "well_to_tank",
        single => single.as_str(),
    }
}

/// Every factor once. Market-based electricity has no factor of the table: its contracts are on their lines.
fn factors(view: &TrustView) -> Vec<UsedFactor> {
    let mut used: Vec<UsedFactor> = Vec::new();
    let blocks = [Block::Statutory, Block::BelowLine, Block::Voluntary];
    for line in blocks.into_iter().flat_map(|block| lines(view, block)) {
        let Some(price) = &line.price else { continue };
        let factor = UsedFactor {
            item: line.item.to_string(),
            unit: line.unit.clone(),
            year: price.year,
            kg_co2e_per_unit: price.factor,
            row: price.row.clone(),
            provenance: price.provenance(),
        };
        if !used.contains(&factor) {
            used.push(factor);
        }
    }
    used
}
