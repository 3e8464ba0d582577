//! Evidence that a target of the trust's plan is met: a statement, a plan, a project, an award.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What kind of evidence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// An award.
    Award,
    /// Any other report.
    Report,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Where it stands.
    pub status: EvidenceStatus,
    /// Its date.
    pub dated: NaiveDate,
    /// The last day it counts; none if it does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}
