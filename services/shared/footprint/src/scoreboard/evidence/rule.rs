//! The names and requirements of the targets that evidence decides.

use events::EvidenceKind;

use super::DecidedBy;

/// Kinds of evidence, each of which must be in force; none if any kind counts.
pub(super) type Needs = &'static [EvidenceKind];

/// A target that evidence decides.
pub(super) struct Rule {
    pub title: &'static str,
    /// The requirement.
    pub target: &'static str,
    pub needs: Needs,
    pub decided_by: DecidedBy,
}

impl Rule {
    /// Whether a kind of evidence can show that the target is met.
    pub fn fits(&self, kind: EvidenceKind) -> bool {
        self.needs.is_empty() || self.needs.contains(&kind)
    }
}

/// The rule of a target's number.
pub(super) fn by_number(number: u8) -> Rule {
    const ANY: Needs = &[];
    const AWARD_AND_CHARTER: Needs = &[EvidenceKind::Award, EvidenceKind::Charter];
    const STATEMENT: Needs = &[EvidenceKind::SupplierStatement];
    const PROJECT: Needs = &[EvidenceKind::FundedProject];
    let (title, target, needs, decided_by) = match number {
        1 => (
            "Extra-curricular and enrichment participation in all schools",
            "evidence in force at every school",
            ANY,
            DecidedBy::Schools,
        ),
        2 => (
            "The RED Award and the Equality and Diversity Charter",
            "the award and the charter in force",
            AWARD_AND_CHARTER,
            DecidedBy::Trust,
        ),
        3 => (
            "A strong personal development curriculum",
            "evidence in force",
            ANY,
            DecidedBy::Trust,
        ),
        4 => (
            "The Community Engagement model in all schools",
            "evidence in force at every school",
            ANY,
            DecidedBy::Schools,
        ),
        8 => (
            "Suppliers meet published sustainability requirements",
            "a supplier's statement in force",
            STATEMENT,
            DecidedBy::Trust,
        ),
        11 => (
            "The reserves policy is met, or there is a plan to return to it",
            "evidence in force",
            ANY,
            DecidedBy::Trust,
        ),
        12 => (
            "No unmitigated risk to sustainability",
            "evidence in force",
            ANY,
            DecidedBy::Trust,
        ),
        13 => (
            "Funds supported sustainability projects",
            "a funded project's evidence in force",
            PROJECT,
            DecidedBy::Trust,
        ),
        _ => (
            "Outcome as reported",
            "evidence in force",
            ANY,
            DecidedBy::Trust,
        ),
    };
    Rule {
        title,
        target,
        needs,
        decided_by,
    }
}
