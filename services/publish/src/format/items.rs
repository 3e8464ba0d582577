//! Items of lines, as people read them.

use events::{ActivityKind, Audience, Mode};
use footprint::Item;
use footprint::waste::Route;

use super::names::{capital, of_a_set};

/// A name of an item or of another closed set, as a heading.
pub(crate) fn label(name: &str) -> String {
    Item::parse(name).map_or_else(|| of_a_set(name), item)
}

/// An item as a heading: `Commuting, pupils: public bus`.
pub(crate) fn item(item: Item) -> String {
    let known = match item {
        Item::Solar => "Solar, used on site",
        Item::Export => "Solar, exported",
        Item::GridLosses => "Grid losses (transmission and distribution)",
        Item::WttElectricity => "Well to tank of electricity",
        Item::WttGridLosses => "Well to tank of grid losses",
        Item::WttGas => "Well to tank of gas",
        Item::WttMinibusDiesel => "Well to tank of minibuses' diesel",
        Item::WttMinibusPetrol => "Well to tank of minibuses' petrol",
        Item::ElectricityMarket => "Electricity by its contracts",
        Item::Activity(kind) => match activity(kind) {
            Some(known) => known,
            None => return capital(&item.label()),
        },
        Item::Commuting(audience, mode) => {
            let (people, way) = commuting(audience, mode);
            return format!("Commuting, {people}: {way}");
        }
        Item::Waste(stream, route) => {
            let (stream, route) = (spaced(stream.as_str()), waste_route(route));
            return format!("Waste, {stream}: {route}");
        }
        Item::Gas | Item::Electricity => return capital(&item.label()),
    };
    known.to_owned()
}

/// An activity whose name needs more than a capital.
fn activity(kind: ActivityKind) -> Option<&'static str> {
    use ActivityKind as K;
    match kind {
        K::Lpg => Some("LPG"),
        K::MinibusDiesel => Some("Minibuses, diesel"),
        K::MinibusPetrol => Some("Minibuses, petrol"),
        K::MinibusDistance => Some("Minibuses, by distance"),
        K::MinibusDistancePetrol => Some("Minibuses, petrol, by distance"),
        K::StaffCar => Some("Staff cars on business"),
        K::StaffCarPetrol => Some("Staff cars on business, petrol"),
        K::StaffCarDiesel => Some("Staff cars on business, diesel"),
        K::StaffCarHybrid => Some("Staff cars on business, hybrid"),
        K::StaffCarPlugInHybrid => Some("Staff cars on business, plug-in hybrid"),
        K::StaffCarElectric => Some("Staff cars on business, electric"),
        K::BurningOil | K::GasOil | K::WoodPellets | K::WaterSupply | K::WaterTreatment => None,
    }
}

/// An item within a sentence: `residual waste (landfill)`, `commuting of pupils by public bus`, `LPG`. In a list a comma would
/// end the name, so brackets are used: `minibuses (diesel)`.
pub(crate) fn in_a_sentence(named: Item) -> String {
    match named {
        Item::Activity(ActivityKind::Lpg) => "LPG".to_owned(),
        Item::Commuting(audience, mode) => {
            let (people, way) = commuting(audience, mode);
            format!("commuting of {people} by {way}")
        }
        Item::Waste(stream, route) => {
            let (stream, route) = (spaced(stream.as_str()), waste_route(route));
            format!("{stream} waste ({route})")
        }
        _ => {
            let heading = item(named);
            let mut letters = heading.chars();
            let first = letters.next().into_iter().flat_map(char::to_lowercase);
            let name: String = first.chain(letters).collect();
            match name.split_once(", ") {
                Some((what, which)) => format!("{what} ({which})"),
                None => name,
            }
        }
    }
}

/// The people and their way to school: `pupils`, `public bus`.
fn commuting(audience: Audience, mode: Mode) -> (String, String) {
    let lowercase = |name: &str| of_a_set(name).to_lowercase();
    (lowercase(audience.as_str()), lowercase(mode.as_str()))
}

fn waste_route(route: Route) -> String {
    match route {
        Route::Unknown => "route unknown".to_owned(),
        route => spaced(route.as_str()),
    }
}

fn spaced(name: &str) -> String {
    name.replace('_', " ")
}
