//! The tables of waste and treatment codes, read once.
//!
//! Sources: the codes English schools usually have, and which of them are hazardous, from the code list of DEFRA's Digital
//! Waste Tracking service; recovery and disposal operations from annexes I and II of the Waste Framework Directive
//! 2008/98/EC, in our own words; headings and items as `factors/desnz.csv` has them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use events::{Ewc, Treatment};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Route, Stream};
use crate::csv_table;
use crate::csv_table::TableError;

/// The meaning of an EWC code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WasteCode {
    /// Whether the catalogue marks it with a star, as hazardous.
    pub hazardous: bool,
    /// A short description.
    pub description: &'static str,
    /// The stream it is counted in.
    pub stream: Stream,
    /// Its category under Simpler Recycling.
    pub fraction: Fraction,
    /// The heading of its factors; none if no factor covers it.
    pub(super) heading: Option<&'static str>,
    /// The item of its factors.
    pub(super) item: Option<&'static str>,
    /// The factor table's name for recycling it.
    pub(super) recycling: Option<&'static str>,
    /// The route that recovering it means, if it is organic.
    pub(super) organic: Option<Route>,
}

/// The meaning of a treatment code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreatmentCode {
    /// The route for waste that is not organic.
    pub route: Route,
    /// A short description.
    pub description: &'static str,
}

/// The categories that Simpler Recycling requires to be kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fraction {
    /// Plastic by itself.
    Plastic,
    /// Metal by itself.
    Metal,
    /// Glass by itself.
    Glass,
    /// Dry recycling in one bin.
    Mixed,
    /// Paper and card.
    Paper,
    /// Food.
    Food,
    /// Residual waste.
    Residual,
    /// A category that it does not ask about.
    #[serde(rename = "none")]
    Unasked,
}

impl Fraction {
    /// Whether it is dry recycling, paper and card included.
    pub fn is_dry(self) -> bool {
        matches!(
            self,
            Fraction::Plastic
                | Fraction::Metal
                | Fraction::Glass
                | Fraction::Mixed
                | Fraction::Paper
        )
    }
}

/// Both tables.
#[derive(Debug, Default)]
pub(super) struct Codes {
    pub of_waste: BTreeMap<Ewc, WasteCode>,
    pub of_treatments: BTreeMap<Treatment, TreatmentCode>,
}

/// The tables are compiled in, and a test reads them. If one were broken all the same, every stream would be `other` with an
/// unknown route, reported as unpriced, and nothing would be zero.
pub(super) static CODES: LazyLock<Codes> = LazyLock::new(|| Codes::published().unwrap_or_default());

impl Codes {
    /// The tables that ship with the program.
    pub fn published() -> Result<Self, TableError> {
        Codes::parse(
            include_str!("../../factors/ewc.csv"),
            include_str!("../../factors/treatments.csv"),
        )
    }

    /// Reads a table with the columns `ewc, hazardous, description, stream, heading, item, recycling, organic,
    /// simpler_recycling` and one with `treatment, route, description`. Each code may occur once in its table.
    pub fn parse(waste: &str, treatments: &str) -> Result<Self, TableError> {
        let waste = codes("the table of waste codes", waste, |row: WasteRow| {
            (row.ewc, WasteCode::from(row))
        })?;
        let treatments = codes(
            "the table of treatment codes",
            treatments,
            |row: TreatmentRow| (row.treatment, TreatmentCode::from(row)),
        )?;
        Ok(Codes {
            of_waste: waste,
            of_treatments: treatments,
        })
    }
}

#[derive(Deserialize)]
struct WasteRow {
    ewc: Ewc,
    hazardous: YesOrNo,
    description: String,
    stream: Stream,
    heading: Option<String>,
    item: Option<String>,
    recycling: Option<String>,
    organic: Option<Route>,
    simpler_recycling: Fraction,
}

#[derive(Deserialize)]
struct TreatmentRow {
    treatment: Treatment,
    route: Route,
    description: String,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum YesOrNo {
    Yes,
    No,
}

impl From<WasteRow> for WasteCode {
    fn from(row: WasteRow) -> Self {
        WasteCode {
            hazardous: row.hazardous == YesOrNo::Yes,
            description: kept(row.description),
            stream: row.stream,
            fraction: row.simpler_recycling,
            heading: row.heading.map(kept),
            item: row.item.map(kept),
            recycling: row.recycling.map(kept),
            organic: row.organic,
        }
    }
}

impl From<TreatmentRow> for TreatmentCode {
    fn from(row: TreatmentRow) -> Self {
        TreatmentCode {
            route: row.route,
            description: kept(row.description),
        }
    }
}

/// The tables are read once and needed until the program ends, so their texts may be borrowed for ever.
fn kept(text: String) -> &'static str {
    text.leak()
}

fn codes<R: DeserializeOwned, K: Ord, V>(
    table: &str,
    csv: &str,
    of: fn(R) -> (K, V),
) -> Result<BTreeMap<K, V>, TableError> {
    let mut all = BTreeMap::new();
    for read in csv_table::rows(table, csv) {
        let (row, read) = read?;
        let (code, means) = of(read);
        if all.insert(code, means).is_some() {
            return Err(TableError::at(
                table,
                row,
                "the same code stands above already",
            ));
        }
    }
    Ok(all)
}
