//! From bytes to events and meter-days: the JSON of events, the rows of suppliers' files, the payloads of services, and their
//! units.

pub(crate) mod bad_values;
pub(crate) mod content_mode;
pub(crate) mod files;
pub(crate) mod meter_day;
pub(crate) mod neso;
pub(crate) mod normalise;
pub(crate) mod read_as;
pub(crate) mod register_reads;
pub(crate) mod schema;
pub(crate) mod services;
