//! One requirement of a level, and its wording.

use events::{AcademicYear, Audience, InitiativeKind};

use super::super::GREEN_RISE_PERCENT;

/// A requirement of a level, and whether it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Criterion {
    /// The requirement.
    pub requirement: Requirement,
    /// Whether it is met.
    pub met: bool,
}

/// The requirements of a level that figures can check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// A number of initiatives of a kind.
    Initiatives {
        /// The kind.
        kind: InitiativeKind,
        /// The actual number.
        have: u32,
        /// The required number.
        need: u32,
        /// Whether planned ones count.
        plans_count: bool,
    },
    /// A survey of the academic year with enough answers to both questions.
    Survey {
        /// The audience.
        audience: Audience,
        /// The response; none if this audience was not asked.
        response: Option<Response>,
        /// How many of a hundred have to answer.
        need_percent: u32,
    },
    /// Fewer pupils by car than at the survey of an earlier year; none if there was no earlier survey.
    LessCarUse {
        /// The earlier year of the comparison.
        since: Option<AcademicYear>,
    },
    /// Excellent, in force.
    ExcellentHeld,
    /// A greater share of pupils who walk, scoot and cycle than at the survey of an earlier year.
    MoreActiveTravel {
        /// The earlier year of the comparison.
        since: Option<AcademicYear>,
    },
}

/// The response of an audience: how many of the people who could have answered did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response {
    /// The number of people who stated how they come.
    pub current_answers: u32,
    /// The number of people who stated how they would prefer to travel.
    pub preferred_answers: u32,
    /// The size of the audience.
    pub of: u32,
    /// How many of a hundred have to answer.
    pub need_percent: u32,
}

impl Response {
    /// The share of people who stated how they come; none if the audience is empty.
    pub fn ratio(&self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.current_answers) / f64::from(self.of))
    }

    /// The same in whole percent, truncated and not rounded: 79.8% is not the 80% required.
    pub fn percent(&self) -> Option<u64> {
        (self.of > 0).then(|| u64::from(self.current_answers) * 100 / u64::from(self.of))
    }

    /// The required share.
    pub fn needed_ratio(&self) -> f64 {
        f64::from(self.need_percent) / 100.0
    }

    /// Whether enough people answered both questions.
    pub fn is_enough(&self) -> bool {
        self.is_enough_of(self.current_answers) && self.is_enough_of(self.preferred_answers)
    }

    fn is_enough_of(&self, answers: u32) -> bool {
        let need = u64::from(self.need_percent) * u64::from(self.of);
        self.of > 0 && u64::from(answers) * 100 >= need
    }
}

impl Criterion {
    /// The current state of an unmet requirement, in a sentence that reveals no number of answers.
    pub fn sentence(&self) -> String {
        match self.requirement {
            Requirement::Initiatives {
                kind,
                have,
                need,
                plans_count,
            } => {
                let done = if plans_count {
                    "planned or delivered"
                } else {
                    "delivered"
                };
                format!("{have} of {need} {} are {done}", kinds(kind))
            }
            Requirement::Survey {
                audience, response, ..
            } => survey(people(audience), response),
            Requirement::LessCarUse { since: None }
            | Requirement::MoreActiveTravel { since: None } => {
                "there is no survey of pupils and one of an earlier year to compare".to_owned()
            }
            Requirement::LessCarUse { since: Some(year) } => {
                format!("the share of pupils who come by car has not fallen since {year}")
            }
            Requirement::MoreActiveTravel { since: Some(year) } => format!(
                "the share of pupils who walk, scoot and cycle has not risen by {GREEN_RISE_PERCENT}% of itself since \
                 {year}"
            ),
            Requirement::ExcellentHeld => "Excellent is not held".to_owned(),
        }
    }
}

fn survey(people: &str, response: Option<Response>) -> String {
    match response {
        None => format!("{people} were not asked how they travel"),
        Some(response) if response.preferred_answers == 0 => {
            format!("{people} were not asked how they would prefer to travel")
        }
        Some(response) if !response.is_enough_of(response.current_answers) => {
            let need = response.need_percent;
            format!("fewer than {need}% of {people} stated how they travel")
        }
        Some(response) => {
            let need = response.need_percent;
            format!("fewer than {need}% of {people} stated how they would prefer to travel")
        }
    }
}

fn people(audience: Audience) -> &'static str {
    match audience {
        Audience::Pupil => "pupils",
        Audience::Staff => "staff",
    }
}

fn kinds(kind: InitiativeKind) -> &'static str {
    match kind {
        InitiativeKind::Travel => "travel initiatives",
        InitiativeKind::Supporting => "supporting initiatives",
        InitiativeKind::Consultation => "consultations",
    }
}
