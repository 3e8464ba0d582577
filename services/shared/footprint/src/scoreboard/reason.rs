//! Why a target is met, not met or not evidenced. Rules decide by figures and name the reasons here; only [`super::wording`] puts
//! them into a sentence.

mod intensity;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, EvidenceKind, InitiativeKind, StarsLevel};

use super::filed::{EvidenceScore, EvidenceState};
use crate::message::{RecyclingLack, Verdict};
pub use intensity::{IntensityReason, LackOf, Lacking, TooLittle, Uncovered, WithGaps};

/// Why a target is met, not met or not evidenced: the clauses of one sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason(pub Vec<Clause>);

/// One clause of a reason, with the numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    /// How many of the trust's sites meet the target.
    SitesMeet {
        /// Those that do.
        met: usize,
        /// All of them.
        of: usize,
    },
    /// The sites that miss it.
    SitesMiss(Vec<String>),
    /// The sites that have not shown it.
    SitesNotEvidenced(Vec<String>),
    /// The schools that have left the trust, which are no longer its sites.
    SitesLeft(Vec<String>),
    /// The schools in the register.
    Registered {
        /// Secondaries.
        secondaries: usize,
        /// Primaries.
        primaries: usize,
        /// On which day.
        on: NaiveDate,
    },
    /// All-through schools, which count as neither.
    AllThrough(usize),

    /// No evidence has been filed.
    NothingFiled,
    /// The evidence in force; empty if none is.
    InForce {
        /// How many pieces were filed.
        of: usize,
        /// How many are in force.
        count: usize,
        /// They, each title once.
        titles: Vec<Titled>,
        /// The last day of the only piece in force.
        until: Option<NaiveDate>,
    },
    /// Of several pieces in force, the first to expire.
    FirstToExpire {
        /// It.
        title: Titled,
        /// Its last day.
        on: NaiveDate,
    },
    /// The evidence that does not count, each title once.
    NotInForce(Vec<Titled>),
    /// A required kind of which nothing is in force.
    KindNotInForce(EvidenceKind),
    /// A required kind that is in force.
    KindInForce {
        /// Its title.
        title: String,
        /// Its last day; none if it does not expire.
        until: Option<NaiveDate>,
    },
    /// A required kind of which nothing is filed.
    KindNotFiled(EvidenceKind),

    /// Whether waste is separated as Simpler Recycling requires.
    Separation {
        /// None if the rule does not bind.
        verdict: Option<Verdict>,
        /// What is missing or still has to be shown.
        missing: Vec<RecyclingLack>,
    },
    /// No waste is reported.
    NoWaste {
        /// The share required; none if no target is set.
        least: Option<f64>,
        /// For which year.
        year: AcademicYear,
    },
    /// The share of waste that was recycled.
    Recycled {
        /// The share.
        ratio: f64,
        /// Whether the period is a part-year.
        so_far: bool,
        /// The share required; none if no target is set.
        least: Option<f64>,
        /// For which year.
        year: AcademicYear,
    },
    /// The share of waste whose route is unknown, where it could make the difference.
    UnknownRoute(f64),

    /// A level of STARS is held.
    Level {
        /// It.
        level: StarsLevel,
        /// Its last day.
        until: NaiveDate,
    },
    /// No level is held; work on travel is known, or none.
    NoLevel(Vec<TravelWork>),

    /// About the carbon intensity.
    Intensity(IntensityReason),
}

/// A title of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Titled {
    /// The title.
    pub title: String,
    /// The schools it is filed under; empty if the reason is about one school.
    pub schools: Vec<String>,
    /// Whether it counts, or why not.
    pub state: EvidenceState,
    /// The day on which it expired, if it did.
    pub expired: Option<NaiveDate>,
}

impl EvidenceScore {
    /// Its title, without its school.
    pub(super) fn titled(&self) -> Titled {
        let has_expired = self.state == EvidenceState::Expired;
        Titled {
            title: self.title.clone(),
            schools: Vec::new(),
            state: self.state,
            expired: self.expires.filter(|_| has_expired),
        }
    }
}

/// Work on travel that is known of a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TravelWork {
    /// Initiatives.
    Initiatives {
        /// Of which kind.
        kind: InitiativeKind,
        /// How many.
        count: u32,
        /// Whether they were delivered; else they are planned.
        delivered: bool,
    },
    /// A survey of an audience.
    Survey(Audience),
}
