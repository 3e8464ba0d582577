//! How a meter's gaps were estimated, and its wording.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::GapEstimate;

/// How some of a meter's days with gaps were estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapMethod {
    /// What they were compared with.
    pub basis: EstimateBasis,
    /// How many days were estimated by it.
    pub days: usize,
    /// The least number of whole days that one of them was compared with.
    pub fewest: usize,
    /// The largest.
    pub most: usize,
}

/// What a day with gaps is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EstimateBasis {
    /// The mean of the nearest days of the same weekday, in term or out of it alike.
    SameWeekday,
    /// The same without a registered term: term and holiday are not distinguished.
    SameWeekdayWithoutTerms,
    /// A line through gas and degree days.
    DegreeDayLine,
    /// Gas in proportion to degree days.
    DegreeDays,
}

impl GapEstimate {
    /// The methods of the estimate, and what is not estimated, in words.
    pub fn method(&self) -> String {
        let mut parts: Vec<String> = self.methods.iter().map(ToString::to_string).collect();
        if self.left > 0 {
            parts.push(format!(
                "{} half-hours have no like day within 8 weeks and are left out",
                self.left
            ));
        }
        parts.join("; ")
    }
}

impl fmt::Display for GapMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let compared = self.compared();
        write!(f, "{} with gaps ", days(self.days))?;
        match self.basis {
            EstimateBasis::SameWeekday => write!(
                f,
                "by the mean of the nearest {compared} of the same weekday, in term or out of it alike"
            ),
            EstimateBasis::SameWeekdayWithoutTerms => write!(
                f,
                "by the mean of the nearest {compared} of the same weekday; no term is registered, so term and holiday are not \
                 told apart"
            ),
            EstimateBasis::DegreeDayLine => write!(
                f,
                "by a least-squares line through gas and degree days below 15.5 °C of {compared} of the same kind"
            ),
            EstimateBasis::DegreeDays => write!(
                f,
                "in proportion to degree days below 15.5 °C of {compared} of the same kind"
            ),
        }
    }
}

impl GapMethod {
    fn compared(&self) -> String {
        let noun = if self.most == 1 { "day" } else { "days" };
        match self.fewest == self.most {
            true => format!("{} whole {noun}", self.most),
            false => format!("{} to {} whole {noun}", self.fewest, self.most),
        }
    }
}

fn days(count: usize) -> String {
    match count {
        1 => "1 day".to_owned(),
        several => format!("{several} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_stated_with_its_days() {
        let method = |basis, days, fewest, most| {
            let of = GapMethod {
                basis,
                days,
                fewest,
                most,
            };
            of.to_string()
        };
        assert_eq!(
            method(EstimateBasis::SameWeekday, 2, 1, 4),
            "2 days with gaps by the mean of the nearest 1 to 4 whole days of the same weekday, in term or out of it alike"
        );
        assert_eq!(
            method(EstimateBasis::SameWeekdayWithoutTerms, 1, 1, 1),
            "1 day with gaps by the mean of the nearest 1 whole day of the same weekday; no term is registered, so term and \
             holiday are not told apart"
        );
        assert_eq!(
            method(EstimateBasis::DegreeDayLine, 1, 14, 14),
            "1 day with gaps by a least-squares line through gas and degree days below 15.5 °C of 14 whole days of the same \
             kind"
        );
        assert_eq!(
            method(EstimateBasis::DegreeDays, 1, 5, 5),
            "1 day with gaps in proportion to degree days below 15.5 °C of 5 whole days of the same kind"
        );
    }
}
