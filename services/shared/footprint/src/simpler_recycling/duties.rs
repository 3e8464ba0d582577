//! The duties under the law: which employers they bind, and from which day on.

use chrono::NaiveDate;

/// The number of employees at all the employer's sites together, as full-time equivalents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Employer {
    /// Ten or more: any trust of schools.
    TenOrMore,
    /// Fewer: a micro-firm.
    Micro,
}

/// A duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    /// To keep apart dry recycling, paper and card, food and the rest.
    Separation,
    /// To recycle plastic film and bags with the plastics.
    PlasticFilm,
}

/// The first day of each duty, by the kind of employer it binds.
const BINDING: [(Duty, Employer, Option<NaiveDate>); 4] = [
    (
        Duty::Separation,
        Employer::TenOrMore,
        NaiveDate::from_ymd_opt(2025, 3, 31),
    ),
    (
        Duty::Separation,
        Employer::Micro,
        NaiveDate::from_ymd_opt(2027, 3, 31),
    ),
    (
        Duty::PlasticFilm,
        Employer::TenOrMore,
        NaiveDate::from_ymd_opt(2027, 3, 31),
    ),
    (
        Duty::PlasticFilm,
        Employer::Micro,
        NaiveDate::from_ymd_opt(2027, 3, 31),
    ),
];

/// The first day on which a duty binds an employer.
pub(super) fn since(duty: Duty, employer: Employer) -> Option<NaiveDate> {
    let mut of_both = BINDING
        .iter()
        .filter(|(of, whom, _)| (*of, *whom) == (duty, employer));
    of_both.next().and_then(|(_, _, bound)| *bound)
}
