//! Market-based electricity: the same kilowatt-hours at what their supply contracts emit, beside the location-based
//! ones. Method: Greenhouse Gas Protocol, Scope 2 Guidance (2015).

use std::collections::BTreeMap;

use events::{Channel, Fuel, Quantity, Tariff, Unit};

use super::Frame;
use crate::compute::activity_data::{ActivityData, Pricing};
use crate::emission_sources;
use crate::emission_sources::Energy;
use crate::item::Item;
use crate::line::Block;
use crate::period::Days;
use crate::school_history::OwnedMeter;

/// One line per contract, and one for electricity without a contract, at the grid's average, because the factors include no
/// residual mix; for the trailing months there is one such line per calendar year. No lines at all if no contract is registered
/// for any of the counted days.
pub(super) fn lines(number: usize, frame: &Frame<'_>) -> Vec<ActivityData> {
    let mut by_contract: BTreeMap<Contract, Quantity> = BTreeMap::new();
    let mut uncovered: BTreeMap<Option<i32>, Quantity> = BTreeMap::new();
    let meters = frame.register.meters.iter();
    for meter in meters.filter(|meter| meter.registered.fuel == Fuel::Electricity) {
        let Some(series) = frame
            .subject
            .history
            .series(&meter.registered.meter, Channel::AI)
        else {
            continue;
        };
        let measured =
            |sum: &crate::ledger::DaySum| sum.present > 0 && sum.unit == Unit::KilowattHours;
        let owned = meter.runs(frame.counted);
        let days = owned.iter().flat_map(|run| series.days(*run));
        for (day, sum) in days.filter(|(_, sum)| measured(sum)) {
            match tariff_on(meter, day) {
                Some(tariff) => {
                    *by_contract.entry(Contract::of(tariff)).or_default() += sum.sum;
                }
                None => *uncovered.entry(frame.own_year(day)).or_default() += sum.sum,
            }
        }
    }
    if by_contract.is_empty() {
        return Vec::new();
    }
    let line = |pricing, year, quantity| ActivityData {
        frame: number,
        block: Block::MarketBased,
        scope: 2,
        item: Item::ElectricityMarket,
        unit: "kWh",
        pricing,
        year,
        quantity,
        energy: Energy::NotCounted,
    };
    by_contract
        .into_iter()
        .map(|(contract, quantity)| line(contract.pricing(), None, quantity))
        .chain(
            uncovered
                .into_iter()
                .map(|(year, quantity)| line(Pricing::Row(emission_sources::GRID), year, quantity)),
        )
        .collect()
}

/// Of the contracts in the day's registration, the one that began last, then the one listed last.
fn tariff_on(meter: &OwnedMeter, day: chrono::NaiveDate) -> Option<&Tariff> {
    let tariffs = meter.on(day)?.tariffs.iter();
    tariffs
        .filter(|tariff| Days::from_until(tariff.from, tariff.to).contains(day))
        .max_by_key(|tariff| tariff.from)
}

/// A contract; two contracts differ if any field differs. The factor is compared by its bits.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Contract {
    name: String,
    evidence: String,
    factor: u64,
}

impl Contract {
    fn of(tariff: &Tariff) -> Self {
        Contract {
            name: tariff.name.clone(),
            evidence: tariff.evidence.clone(),
            factor: tariff.kg_co2e_per_kwh.to_bits(),
        }
    }

    fn pricing(self) -> Pricing {
        Pricing::Contract {
            name: self.name,
            factor: f64::from_bits(self.factor),
            evidence: self.evidence,
        }
    }
}
