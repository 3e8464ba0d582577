//! The arithmetic: ledger rows in, footprints out. Knows no Kafka, no files and no clock.

mod message;

pub use message::{
    Block, Coverage, Days, FactorSetRef, Footprint, Line, MeterFigures, MonthFigures, Period,
    Price, StarsFigures, SurveyFigures, TravelFigures, WasteFigures, WasteStream, is_active,
    is_sustainable,
};
