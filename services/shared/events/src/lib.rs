//! The shared vocabulary of the pipeline: events, identifiers, units, days and topics. It does not use Kafka, files, a clock or
//! polars. Every crate may use it, and it uses none of ours.

mod activity;
mod check;
mod event;
mod evidence;
mod grid;
mod membership;
mod meter;
mod quantity;
mod readings;
mod refusal;
mod register;
mod settlement;
mod topic;
mod travel;
mod urn;
mod waste;
mod withdrawn;
mod written;
mod year;

pub use activity::{ActivityKind, ActivityRecorded, ActivityUnit};
pub use check::{FieldError, LONGEST_TEXT, is_text};
pub use event::{Data, Event, EventError, EventType, ShapeError};
pub use evidence::{EvidenceFiled, EvidenceKind, EvidenceStatus};
pub use grid::{GridIntensity, GridRegion, GridRegionError, MOST_GRAMS_PER_KWH, MOST_INTENSITIES};
pub use membership::{DayRun, Memberships, Statement, both, day_run, without};
pub use meter::{MeterId, MeterIdError, mpan_check_digit_ok, mprn_check_digits_ok};
pub use quantity::{
    Grams, M3_PER_CUBIC_FOOT, MICRO, MOST_PER_HALF_HOUR, MilligramsCo2e, Quantity, QuantityError,
    Unit, gas_kwh_per_m3, kilowatt_hours, micro_from_decimal,
};
pub use readings::{
    Channel, Interval, LoneQuarter, MAX_VALUES, MeterReadings, Quality, RegisterRead, RegisterSpan,
    Sent, Span, SpanError,
};
pub use refusal::{Refusal, RejectedEvent, Rule, rejected_key};
pub use register::{
    Direction, Fuel, Heating, MeterRegistered, Phase, Roll, SchoolRegistered, Status, StatusCode,
    Tariff, Term, TrustRef, in_turn,
};
pub use settlement::{MAX_SLOTS, SettlementDay};
pub use topic::{Place, Sharding, ShardingError, Topic};
pub use travel::{
    Audience, InitiativeKind, InitiativeStatus, Journeys, Mode, ModeCounts, StarsLevel,
    TravelAccredited, TravelInitiative, TravelSurveyed,
};
pub use urn::{Urn, UrnError};
pub use waste::{
    Container, Ewc, EwcError, Fill, Treatment, TreatmentError, WasteCollected, WeightBasis,
};
pub use withdrawn::{FILE_SOURCE, FileHash, FileHashError, ReadingsWithdrawn, WithdrawnSpan};
pub use written::Written;
pub use year::{AcademicYear, AcademicYearError};
