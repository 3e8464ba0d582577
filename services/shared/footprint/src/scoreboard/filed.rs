//! The evidence filed for a target, and which pieces count.

use chrono::NaiveDate;
use events::{EvidenceKind, EvidenceStatus, Urn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::message::{EvidenceFigures, Footprint};

/// A piece of evidence, and whether it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EvidenceScore {
    /// The school it is filed under: the trust's own evidence is filed under any of its schools.
    pub urn: Urn,
    /// The school's name.
    pub school: String,
    /// What kind of evidence.
    pub kind: EvidenceKind,
    /// Its title.
    pub title: String,
    /// Whether it counts, or why not.
    pub state: EvidenceState,
    /// Its date.
    pub dated: NaiveDate,
    /// The last day it counts; none if it does not expire.
    pub expires: Option<NaiveDate>,
    /// Where it can be read.
    pub link: Option<String>,
}

/// Whether a piece of evidence counts on the last passed day, or why not.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceState {
    /// It counts.
    InForce,
    /// It expired before that day.
    Expired,
    /// It is not adopted yet.
    Draft,
    /// It was withdrawn.
    Withdrawn,
    /// Its kind cannot show that this target is met.
    OtherKind,
}

/// The evidence filed at a school for a target. Each piece is marked with whether it counts as one of the kinds that `fits`.
pub(super) fn filed(
    school: &Footprint,
    number: u8,
    last_day: NaiveDate,
    fits: impl Fn(EvidenceKind) -> bool,
) -> Vec<EvidenceScore> {
    let state = |filed: &EvidenceFigures| match filed.status {
        _ if !fits(filed.kind) => EvidenceState::OtherKind,
        EvidenceStatus::Draft => EvidenceState::Draft,
        EvidenceStatus::Withdrawn => EvidenceState::Withdrawn,
        EvidenceStatus::InForce if filed.expires.is_some_and(|last| last < last_day) => {
            EvidenceState::Expired
        }
        EvidenceStatus::InForce => EvidenceState::InForce,
    };
    let of_target = school.evidence.iter().filter(|filed| filed.kpi == number);
    let score = |filed: &EvidenceFigures| EvidenceScore {
        urn: school.urn,
        school: school.school.clone(),
        kind: filed.kind,
        title: filed.title.clone(),
        state: state(filed),
        dated: filed.dated,
        expires: filed.expires,
        link: filed.link.clone(),
    };
    of_target.map(score).collect()
}
