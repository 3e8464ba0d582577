//! The register, as ingest lists it for a token.

use chrono::{DateTime, NaiveDate, Utc};
use events::{MeterRegistered, SchoolRegistered, Urn};
use serde::{Deserialize, Serialize};

use super::{ClientError, IngestClient};

/// The schools and meters that a token covers, as they are registered now.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// The schools; a school that two trusts registered is listed once for each.
    pub schools: Vec<RegisteredSchool>,
    /// The registrations of meters that count, in the order of schools, meters and days.
    pub meters: Vec<RegisteredMeter>,
}

/// A school as one trust registered it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisteredSchool {
    /// The school.
    pub urn: Urn,
    /// When the last of the trust's registrations of it was issued.
    pub issued: DateTime<Utc>,
    /// What they state together.
    pub registered: SchoolRegistered,
}

/// A meter's registration at a school.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisteredMeter {
    /// The school.
    pub urn: Urn,
    /// When the last registration of the meter was issued.
    pub issued: DateTime<Utc>,
    /// The last day on which the registration counts.
    pub until: Option<NaiveDate>,
    /// What it states.
    pub registered: MeterRegistered,
}

impl IngestClient {
    /// The register, as far as the token covers it.
    pub async fn register(&self) -> Result<Registered, ClientError> {
        let request = || self.http.get(format!("{}/v1/register", self.url));
        self.get(|| request().bearer_auth(&self.token)).await
    }
}
