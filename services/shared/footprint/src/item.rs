//! What a line measures.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use events::{ActivityKind, Audience, Fuel, Mode};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::waste_streams::{Route, Stream};

/// What a line measures; a closed set, fit for a label. Its spelling is the same in messages, tables and labels, and items are
/// ordered by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// Gas, by meters.
    Gas,
    /// Electricity from the grid, by meters, location-based.
    Electricity,
    /// The same kilowatt-hours at the emissions of their supply contracts.
    ElectricityMarket,
    /// Energy from the site's own panels, used on site.
    Solar,
    /// Electricity that flowed back to the grid.
    Export,
    /// Losses between the power station and the meter.
    GridLosses,
    /// Well to tank of the electricity's fuels.
    WttElectricity,
    /// Well to tank of the electricity that is lost.
    WttGridLosses,
    /// Well to tank of gas.
    WttGas,
    /// Well to tank of the minibuses' diesel.
    WttMinibusDiesel,
    /// Well to tank of the minibuses' petrol.
    WttMinibusPetrol,
    /// A recorded activity.
    Activity(ActivityKind),
    /// The way to school of a group of people, by a mode.
    Commuting(Audience, Mode),
    /// A stream of waste by a route.
    Waste(Stream, Route),
}

/// Items that are neither recorded, nor travelled, nor waste.
const SINGLE: [(Item, &str); 11] = [
    (Item::Gas, "gas"),
    (Item::Electricity, "electricity"),
    (Item::ElectricityMarket, "electricity_market"),
    (Item::Solar, "solar"),
    (Item::Export, "export"),
    (Item::GridLosses, "grid_losses"),
    (Item::WttElectricity, "wtt_electricity"),
    (Item::WttGridLosses, "wtt_grid_losses"),
    (Item::WttGas, "wtt_gas"),
    (Item::WttMinibusDiesel, "wtt_minibus_diesel"),
    (Item::WttMinibusPetrol, "wtt_minibus_petrol"),
];

/// Every item and its spelling.
struct Spellings {
    of_items: HashMap<Item, &'static str>,
    items: HashMap<&'static str, Item>,
}

static SPELLINGS: LazyLock<Spellings> = LazyLock::new(|| {
    let single = SINGLE.map(|(item, spelling)| (item, spelling.to_owned()));
    let activities = ActivityKind::ALL
        .iter()
        .map(|kind| (Item::Activity(*kind), kind.as_str().to_owned()));
    let commuting = [Audience::Pupil, Audience::Staff]
        .into_iter()
        .flat_map(|audience| {
            Mode::ALL.map(|mode| {
                let spelling = format!("commuting_{}_{}", audience.as_str(), mode.as_str());
                (Item::Commuting(audience, mode), spelling)
            })
        });
    let waste = Stream::ALL.iter().flat_map(|stream| {
        Route::ALL.iter().map(|route| {
            let spelling = format!("waste_{}_{}", stream.as_str(), route.as_str());
            (Item::Waste(*stream, *route), spelling)
        })
    });
    let all = single.into_iter().chain(activities).chain(commuting);
    // The table is made once and needed until the program ends.
    let of_items: HashMap<Item, &'static str> = all
        .chain(waste)
        .map(|(item, spelling)| (item, &*spelling.leak()))
        .collect();
    let items = of_items.iter().map(|(item, spelling)| (*spelling, *item));
    Spellings {
        items: items.collect(),
        of_items,
    }
});

impl Item {
    /// The spelling in messages, tables and labels.
    pub fn as_str(self) -> &'static str {
        SPELLINGS.of_items.get(&self).copied().unwrap_or_default()
    }

    /// The item in words: `gas`, `minibus diesel`.
    pub fn label(self) -> String {
        self.as_str().replace('_', " ")
    }

    /// Items in words, separated by commas.
    pub fn list(items: &[Item]) -> String {
        let labels: Vec<String> = items.iter().map(|item| item.label()).collect();
        labels.join(", ")
    }

    /// The item of a spelling.
    pub fn parse(spelling: &str) -> Option<Item> {
        SPELLINGS.items.get(spelling).copied()
    }

    /// What meters of this fuel measure.
    pub fn of_fuel(fuel: Fuel) -> Item {
        match fuel {
            Fuel::Electricity => Item::Electricity,
            Fuel::Gas => Item::Gas,
            Fuel::Solar => Item::Solar,
        }
    }

    /// Whether it is the fuel or the distance of the school's own minibuses.
    pub fn is_minibus(self) -> bool {
        use ActivityKind as K;
        let Item::Activity(kind) = self else {
            return false;
        };
        matches!(kind, K::MinibusDiesel | K::MinibusPetrol) || self.is_minibus_by_distance()
    }

    /// Whether it is a minibus of which no litres are known.
    pub fn is_minibus_by_distance(self) -> bool {
        use ActivityKind as K;
        let Item::Activity(kind) = self else {
            return false;
        };
        matches!(kind, K::MinibusDistance | K::MinibusDistancePetrol)
    }

    /// Whether it is travel in employees' own cars.
    pub fn is_staff_car(self) -> bool {
        use ActivityKind as K;
        let Item::Activity(kind) = self else {
            return false;
        };
        matches!(
            kind,
            K::StaffCar
                | K::StaffCarPetrol
                | K::StaffCarDiesel
                | K::StaffCarHybrid
                | K::StaffCarPlugInHybrid
                | K::StaffCarElectric
        )
    }

    /// Whether it is travel to school.
    pub fn is_commuting(self) -> bool {
        matches!(self, Item::Commuting(..))
    }

    /// Whether it is travel to school by this mode.
    pub fn is_commuting_by(self, mode: Mode) -> bool {
        matches!(self, Item::Commuting(_, by) if by == mode)
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spelling = String::deserialize(deserializer)?;
        Item::parse(&spelling)
            .ok_or_else(|| D::Error::custom(format!("{spelling:?} is no item of a line")))
    }
}

impl PartialSchema for Item {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "What a line measures: a metered use or what is upstream of it, a recorded activity, \
                 `commuting_{audience}_{mode}` or `waste_{stream}_{route}`.",
            ))
            .examples(["electricity", "minibus_diesel", "waste_residual_landfill"])
            .into()
    }
}

impl ToSchema for Item {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_has_a_spelling_of_its_own_and_is_read_back_from_it() {
        let all = &SPELLINGS.of_items;
        assert_eq!(all.len(), SPELLINGS.items.len());
        for (item, spelling) in all {
            assert_eq!(Item::parse(spelling), Some(*item));
            let json = serde_json::to_string(item).unwrap();
            assert_eq!(json, format!("{spelling:?}"));
            assert_eq!(serde_json::from_str::<Item>(&json).unwrap(), *item);
        }
        let refused = serde_json::from_str::<Item>("\"peat\"").unwrap_err();
        assert!(
            refused
                .to_string()
                .contains("\"peat\" is no item of a line")
        );
    }

    #[test]
    fn items_are_spelled_by_what_they_are() {
        let check = |item: Item, spelling| assert_eq!(item.as_str(), spelling);
        check(Item::Activity(ActivityKind::BurningOil), "burning_oil");
        check(
            Item::Commuting(Audience::Pupil, Mode::ParkAndStride),
            "commuting_pupil_park_and_stride",
        );
        check(
            Item::Waste(Stream::PaperAndCard, Route::Recycling),
            "waste_paper_and_card_recycling",
        );
    }
}
