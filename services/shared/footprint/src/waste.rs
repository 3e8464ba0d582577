//! The stream of each waste code, the route of each treatment code, and the factor that prices them.

mod codes;

use events::{Ewc, Treatment};

use crate::factors::{FactorRow, FactorUnit};

pub use crate::waste_streams::{Route, Stream};
pub use codes::Fraction;
use codes::{TreatmentCode, WasteCode};

/// The entry of a waste code; none for a code that the table does not have.
pub fn waste_code(ewc: Ewc) -> Option<&'static WasteCode> {
    codes::CODES.of_waste.get(&ewc)
}

/// The entry of a treatment code.
pub fn treatment_code(treatment: Treatment) -> Option<&'static TreatmentCode> {
    codes::CODES.of_treatments.get(&treatment)
}

/// The stream an EWC code belongs to. Codes schools do not usually produce are `other`, and stay unpriced.
pub(crate) fn stream(ewc: Ewc) -> Stream {
    waste_code(ewc).map_or(Stream::Other, |code| code.stream)
}

/// The route of a waste code by a treatment. For organic waste, a treatment that recovers materials means digestion or
/// composting. Without a treatment the route is unknown.
pub(crate) fn route(ewc: Ewc, treatment: Option<Treatment>) -> Route {
    let code = treatment.and_then(treatment_code);
    let route = code.map_or(Route::Unknown, |code| code.route);
    let organic = waste_code(ewc).and_then(|code| code.organic);
    match (route, organic) {
        (Route::Recycling, Some(organic)) => organic,
        _ => route,
    }
}

/// The factor row of a waste code by a route; none if the table has no such row in any year. DESNZ's workbook of 2025 calls
/// combustion "Incineration with energy recovery", but `factors/desnz.csv` has one label for all years.
pub(crate) fn factor_row(ewc: Ewc, route: Route) -> Option<FactorRow> {
    let code = waste_code(ewc)?;
    let column = match route {
        Route::Recycling => code.recycling?,
        Route::Composting => "Composting",
        Route::AnaerobicDigestion => "Anaerobic digestion",
        Route::EnergyFromWaste => "Combustion",
        Route::Landfill => "Landfill",
        Route::Other | Route::Unknown => return None,
    };
    Some(FactorRow {
        heading: code.heading?,
        item: code.item?,
        route: column,
        unit: FactorUnit::Tonne,
    })
}

#[cfg(test)]
mod tests;
