//! Modeshift STARS Education: its levels, their requirements, and the progress of a school.
//!
//! Sources: the scheme's criteria as Surrey County Council, Hampshire's My Journey and Hughenden Primary School publish them,
//! and Modeshift's own notices. The requirements behind the login of the scheme's website are not known here: they are listed
//! as still to be shown there, never guessed.

mod assess;
mod criteria;
mod shift;

use chrono::{Datelike, NaiveDate};
use events::StarsLevel;

pub use assess::{Assessment, Criterion, Requirement, Response, assess};
pub use criteria::GREEN_RISE_PERCENT;
use criteria::{initiatives_required, required_response_percent, to_show};
pub use shift::{Shift, relative_change, shift, wish_gap};

/// The levels in their order, the lowest first.
pub const LEVELS: [StarsLevel; 5] = [
    StarsLevel::Approved,
    StarsLevel::Good,
    StarsLevel::VeryGood,
    StarsLevel::Excellent,
    StarsLevel::Outstanding,
];

/// The scheme's current name for a level.
pub fn name(level: StarsLevel) -> &'static str {
    match level {
        StarsLevel::Approved => "Approved",
        StarsLevel::Good => "Good",
        StarsLevel::VeryGood => "Very Good",
        StarsLevel::Excellent => "Excellent",
        StarsLevel::Outstanding => "Outstanding",
    }
}

/// The level's former colour name, which older certificates and many schools still use.
pub fn old_name(level: StarsLevel) -> &'static str {
    match level {
        StarsLevel::Approved => "Green",
        StarsLevel::Good => "Bronze",
        StarsLevel::VeryGood => "Silver",
        StarsLevel::Excellent => "Gold",
        StarsLevel::Outstanding => "Platinum",
    }
}

/// The next higher level; for none, the lowest.
pub fn above(level: Option<StarsLevel>) -> Option<StarsLevel> {
    LEVELS.into_iter().find(|next| Some(*next) > level)
}

/// For how many years a level is usually awarded; none if that is not published. An award states its own expiry, and that is
/// what counts.
pub fn valid_years(level: StarsLevel) -> Option<u32> {
    match level {
        StarsLevel::Approved | StarsLevel::Outstanding => None,
        StarsLevel::Good => Some(1),
        StarsLevel::VeryGood => Some(2),
        StarsLevel::Excellent => Some(3),
    }
}

/// The end of the scheme's application window that is open on a day: 31 December, 31 March or 31 July.
pub fn window_closes(on: NaiveDate) -> Option<NaiveDate> {
    let (month, day) = match on.month() {
        ..=3 => (3, 31),
        4..=7 => (7, 31),
        _ => (12, 31),
    };
    NaiveDate::from_ymd_opt(on.year(), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn levels_stand_in_their_order_under_both_names() {
        let names: Vec<_> = LEVELS.map(|level| (name(level), old_name(level))).into();
        let published = [
            ("Approved", "Green"),
            ("Good", "Bronze"),
            ("Very Good", "Silver"),
            ("Excellent", "Gold"),
            ("Outstanding", "Platinum"),
        ];
        assert_eq!(names, published);
        assert!(LEVELS.is_sorted());
        assert_eq!(above(None), Some(StarsLevel::Approved));
        assert_eq!(above(Some(StarsLevel::Outstanding)), None);
    }

    #[test]
    fn good_is_valid_for_a_year_very_good_for_two_and_excellent_for_three() {
        let years = LEVELS.map(valid_years);
        assert_eq!(years, [None, Some(1), Some(2), Some(3), None]);
    }

    #[test]
    fn windows_close_in_december_march_and_july() {
        let closes = |on| window_closes(day(on));
        assert_eq!(closes("2026-08-01"), Some(day("2026-12-31")));
        assert_eq!(closes("2026-12-31"), Some(day("2026-12-31")));
        assert_eq!(closes("2027-01-01"), Some(day("2027-03-31")));
        assert_eq!(closes("2027-04-01"), Some(day("2027-07-31")));
    }
}
