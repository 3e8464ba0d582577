//! The arithmetic: ledger rows in, footprints out. Knows no Kafka, no files and no clock.

mod compute;
pub mod factors;
pub mod ledger;
mod message;
mod story;
mod uses;
pub mod view;
mod waste;

pub use compute::{Census, ComputeError, Method, Subject, footprints, possible_keys};
pub use message::{
    BlendPart, Block, Coverage, Days, EvidenceFigures, FactorSetRef, Finding, FindingKind,
    Footprint, GapEstimate, Line, MeterFigures, MonthFigures, Period, Price, SimplerRecycling,
    StarsFigures, SurveyFigures, TravelFigures, Verdict, WasteFigures, WasteStream, YearChoice,
    is_active, is_sustainable,
};
pub use story::{Added, Fact, Membership, OwnedMeter, Register, Series, Story};
