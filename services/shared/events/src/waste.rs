//! Waste that a contractor collected from a school.

mod fill;

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::FieldError;
use crate::check::{maybe_text, must, text, within};

pub use fill::Fill;

/// A European Waste Catalogue code: six digits, no spaces, as the Digital Waste Tracking service writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Ewc(u32);

/// Text that is not an EWC code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("an EWC code is six digits without spaces or a star; got {0:?}")]
pub struct EwcError(pub String);

impl TryFrom<String> for Ewc {
    type Error = EwcError;
    fn try_from(text: String) -> Result<Self, EwcError> {
        let six_digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(code) if six_digits => Ok(Ewc(code)),
            _ => Err(EwcError(text)),
        }
    }
}

impl From<Ewc> for String {
    fn from(code: Ewc) -> String {
        code.to_string()
    }
}

impl fmt::Display for Ewc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// The treatment: R1 to R13 (recovery) or D1 to D15 (disposal), of the Waste Framework Directive's annexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Treatment {
    /// Recovery operation 1 to 13.
    R(u8),
    /// Disposal operation 1 to 15.
    D(u8),
}

/// Text that is not a recovery or disposal code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a treatment is R1 to R13 or D1 to D15; got {0:?}")]
pub struct TreatmentError(pub String);

impl TryFrom<String> for Treatment {
    type Error = TreatmentError;
    fn try_from(text: String) -> Result<Self, TreatmentError> {
        let number = text
            .get(1..)
            .filter(|digits| !digits.starts_with(['0', '+']));
        match (text.get(..1), number.and_then(|digits| digits.parse().ok())) {
            (Some("R"), Some(n @ 1..=13)) => Ok(Treatment::R(n)),
            (Some("D"), Some(n @ 1..=15)) => Ok(Treatment::D(n)),
            _ => Err(TreatmentError(text)),
        }
    }
}

impl From<Treatment> for String {
    fn from(treatment: Treatment) -> String {
        treatment.to_string()
    }
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Treatment::R(n) => write!(f, "R{n}"),
            Treatment::D(n) => write!(f, "D{n}"),
        }
    }
}

/// How the weight was determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeightBasis {
    /// Weighed on the vehicle or a weighbridge.
    Weighed,
    /// Lifts times the bin's size times a density.
    EstimatedByLift,
    /// An average of the contractor's round.
    Average,
}

/// The bin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Container {
    /// Container code of the Digital Waste Tracking service, such as `WBI` for a wheelie bin or `SKI` for a skip.
    pub kind: String,
    /// Its size in litres.
    pub litres: u32,
}

/// `waste.collected.v1`: one stream collected from one school on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WasteCollected {
    /// The local day of collection.
    #[serde(deserialize_with = "crate::written::one")]
    pub collected_on: NaiveDate,
    /// The kind of waste.
    pub ewc: Ewc,
    /// Its weight in kilograms, to the gram.
    pub weight_kg: f64,
    /// How the weight was determined.
    pub basis: WeightBasis,
    /// The treatment; none if the ticket does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treatment: Option<Treatment>,
    /// The bin it was collected in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<Container>,
    /// Bins emptied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifts: Option<u32>,
    /// Bins that were due to be emptied and were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_lifts: Option<u32>,
    /// The part of the weight that did not belong in this stream, in kilograms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contaminated_kg: Option<f64>,
    /// Whether the load was refused as recycling because of contamination.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rejected: bool,
    /// The carrier's registration number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// The Digital Waste Tracking id of the movement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_id: Option<String>,
    /// The id, from the same source, of the event that this one corrects; the corrected event no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// Whether it is taken back: the collection, and the one that it replaces, no longer count. Its weight is 0.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

impl WasteCollected {
    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        let was_missed = self.missed_lifts.is_some() && self.lifts.is_none();
        if self.withdrawn {
            let rule = "0 where `withdrawn` says that the collection is taken back";
            must(self.weight_kg == 0.0, "/data/weight_kg", rule)?;
        }
        let weighs = self.weight_kg > 0.0 || was_missed && self.weight_kg == 0.0;
        must(
            self.withdrawn || weighs && self.weight_kg <= 50_000.0,
            "/data/weight_kg",
            "more than 0 and at most 50000 kg; 0 where `missed_lifts` says that nothing was collected, or `withdrawn` that the \
             collection is taken back",
        )?;
        self.missed_lifts.map_or(Ok(()), |lifts| {
            within("/data/missed_lifts", lifts, 1..=1000)
        })?;
        self.contaminated_kg.map_or(Ok(()), |kg| {
            within("/data/contaminated_kg", kg, 0.0..=self.weight_kg)
        })?;
        if let Some(container) = &self.container {
            text("/data/container/kind", &container.kind)?;
            within("/data/container/litres", container.litres, 1..=50_000)?;
        }
        self.lifts
            .map_or(Ok(()), |lifts| within("/data/lifts", lifts, 1..=1000))?;
        maybe_text("/data/carrier", self.carrier.as_ref())?;
        maybe_text("/data/tracking_id", self.tracking_id.as_ref())?;
        maybe_text("/data/replaces", self.replaces.as_ref())
    }
}
