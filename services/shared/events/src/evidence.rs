//! Evidence that a target of the trust's plan is met: a statement, a plan, a project, an award.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::FieldError;
use crate::check::{must, not_before, text, within};

/// What kind of evidence it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A supplier's statement of how it meets sustainability requirements.
    SupplierStatement,
    /// An Environmental Sustainability Plan.
    SustainabilityPlan,
    /// Curriculum content.
    Curriculum,
    /// A project that funds supported.
    FundedProject,
    /// A measure taken to use less energy, which the SECR report names.
    EfficiencyMeasure,
    /// A waste collector's written assessment that paper and card may be collected together with other dry recycling.
    CollectionAssessment,
    /// An award.
    Award,
    /// A charter that was signed, such as the Equality and Diversity Charter.
    Charter,
    /// Any other report.
    Report,
}

/// The status of the evidence.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceStatus {
    /// Not adopted yet.
    Draft,
    /// In force.
    InForce,
    /// Withdrawn.
    Withdrawn,
}

/// `evidence.filed.v1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFiled {
    /// The number of the plan's target, 1 to 13.
    pub kpi: u8,
    /// What kind of evidence.
    pub kind: EvidenceKind,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: EvidenceStatus,
    /// Its date.
    #[serde(deserialize_with = "crate::written::one")]
    pub dated: NaiveDate,
    /// The last day it counts; none if it does not expire.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires: Option<NaiveDate>,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl EvidenceFiled {
    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        within("/data/kpi", self.kpi, 1..=13)?;
        text("/data/title", &self.title)?;
        not_before("/data/expires", self.dated, self.expires)?;
        let link = self.link.as_deref();
        let rule = "an http or https address of at most 2000 printable ASCII characters";
        must(link.is_none_or(is_address), "/data/link", rule)
    }
}

fn is_address(link: &str) -> bool {
    let rest = link
        .strip_prefix("https://")
        .or_else(|| link.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        && link.len() <= 2000
        && link.bytes().all(|byte| byte.is_ascii_graphic())
}
