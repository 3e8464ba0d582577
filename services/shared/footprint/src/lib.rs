//! The arithmetic: reads ledger rows and computes footprints. It does not use Kafka, files or a clock.

mod anomaly_limits;
mod baseline;
pub mod change;
mod changed;
mod completeness;
mod compute;
mod csv_table;
pub mod disclosure;
mod emission_sources;
mod factor_source;
pub mod factors;
#[cfg(any(test, feature = "testing"))]
pub mod fixtures;
pub mod grid;
mod item;
pub mod ledger;
mod line;
mod message;
pub mod note;
mod period;
mod roll_doubt;
mod school_history;
mod scoreboard;
mod simpler_recycling;
pub mod size;
pub mod stars;
mod sufficiency;
mod temperatures;
mod trust_sufficiency;
pub mod view;
pub mod waste;
mod waste_streams;

pub use anomaly_limits::{AnomalyLimits, AnomalyLimitsError};
pub use baseline::{
    AtBaseline, Baseline, BaselineBasis, BaselineScope, BaselineYear, BaselineYearError,
};
pub use changed::Changed;
pub use completeness::Lack;
pub use compute::{
    Census, ComputeError, Computed, FactorsOf, MeterHalfHours, Method, MonthOfUse, Subject, Update,
    footprints, month_of_use, possible_keys, update,
};
pub use csv_table::TableError;
pub use factor_source::FactorSource;
pub use item::Item;
pub use line::{BlendPart, Block, FactorSetRef, Line, OfYear, Price, YearChoice, YearRule};
pub use message::{
    Contradicted, Coverage, DayKind, EstimateBasis, EventName, EvidenceFigures, Finding,
    FindingKind, Footprint, GapEstimate, GapMethod, GapTotals, LOG, MeterFigures, MonthFigures,
    MovedTo, Odd, RECEIVED, RecyclingLack, RegisterRatio, SimplerRecycling, StarsFigures,
    SurveyFigures, TravelFigures, Verdict, WasteFigures, WasteStream, is_active, is_car,
    is_sustainable, named_meter, picked,
};
pub use note::Note;
pub use period::{Days, Period};
pub use roll_doubt::RollDoubt;
pub use school_history::{
    Added, DatedRegistration, OwnedMeter, Register, SchoolEvent, SchoolHistory, Series,
};
pub use scoreboard::{
    Clause, DecidedBy, EvidenceScore, EvidenceState, IntensityReason, KpiScore, LackOf, Lacking,
    Limit, Reason, SchoolScore, Scoreboard, Tally, TargetVerdict, Targets, Titled, TooLittle,
    TravelWork, TrustFigures, Uncovered, WithGaps, YearTargets, score,
};
pub use simpler_recycling::WINDOW as SIMPLER_RECYCLING_DAYS;
pub use sufficiency::{
    FuelCoverage, FuelGap, LeastCoverage, LeastCoverageError, MeterGap, Missing, MonthGap,
    Sufficiency,
};
pub use temperatures::{TemperatureError, Temperatures};
pub use trust_sufficiency::{SchoolGaps, SchoolNamed, TrustSufficiency};
