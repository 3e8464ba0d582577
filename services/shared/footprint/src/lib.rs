//! The arithmetic: ledger rows in, footprints out. Knows no Kafka, no files and no clock.

mod compute;
pub mod factors;
pub mod ledger;
mod message;
mod story;
mod uses;
pub mod view;
mod waste;

pub use compute::{ComputeError, Method, Subject, footprints, possible_keys};
pub use message::{
    Block, Coverage, Days, FactorSetRef, Footprint, Line, MeterFigures, MonthFigures, Period,
    Price, StarsFigures, SurveyFigures, TravelFigures, WasteFigures, WasteStream, is_active,
    is_sustainable,
};
pub use story::{Added, Fact, Membership, OwnedMeter, Register, Series, Story};
