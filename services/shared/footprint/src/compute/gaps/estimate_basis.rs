//! Adds up the estimates for a meter's gaps, and describes them in words.

use std::collections::BTreeMap;

use events::Quantity;

/// The estimate for a whole day: `energy` over `over`, in milliwatt-hours, not yet divided so that it is rounded only once.
pub(super) struct Estimated {
    pub(super) energy: i128,
    pub(super) over: i128,
    pub(super) how: EstimateBasis,
    /// The number of days it was compared with.
    pub(super) compared: usize,
}

/// The method of the estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EstimateBasis {
    /// The mean of similar days.
    Mean,
    /// A line through gas and degree days.
    Fitted,
    /// Gas in proportion to degree days.
    InProportion,
}

/// The running totals for the gaps of one meter.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) half_hours: i64,
    pub(super) left: i64,
    pub(super) energy: Quantity,
    by: BTreeMap<EstimateBasis, Compared>,
}

/// How many days were estimated, and the least and most days that one of them was compared with.
struct Compared {
    days: usize,
    fewest: usize,
    most: usize,
}

impl Tally {
    /// Adds the missing share of a day's half-hours, rounded to the nearest milliwatt-hour.
    pub(super) fn add(&mut self, estimated: &Estimated, missing: i64, slots: i64) {
        let (part, whole) = (
            estimated.energy * i128::from(missing),
            estimated.over * i128::from(slots),
        );
        let rounded = (2 * part + whole) / (2 * whole);
        self.energy = self
            .energy
            .saturating_add(Quantity::try_from(rounded).unwrap_or(Quantity::MAX));
        self.half_hours += missing;
        let by = self.by.entry(estimated.how).or_insert(Compared {
            days: 0,
            fewest: usize::MAX,
            most: 0,
        });
        by.days += 1;
        by.fewest = by.fewest.min(estimated.compared);
        by.most = by.most.max(estimated.compared);
    }

    /// The method of the estimate, in words and numbers.
    pub(super) fn said(&self, knows_terms: bool) -> String {
        let mut parts: Vec<String> = self
            .by
            .iter()
            .map(|(how, by)| {
                let compared = by.compared();
                let by_what = match (how, knows_terms) {
                    (EstimateBasis::Mean, true) => format!(
                        "by the mean of the nearest {compared} of the same weekday, in term or out of it alike"
                    ),
                    (EstimateBasis::Mean, false) => format!(
                        "by the mean of the nearest {compared} of the same weekday; no term is registered, so term and \
                         holiday are not told apart"
                    ),
                    (EstimateBasis::Fitted, _) => format!(
                        "by a least-squares line through gas and degree days below 15.5 °C of {compared} of the same kind"
                    ),
                    (EstimateBasis::InProportion, _) => format!(
                        "in proportion to degree days below 15.5 °C of {compared} of the same kind"
                    ),
                };
                format!("{} with gaps {by_what}", counted(by.days))
            })
            .collect();
        if self.left > 0 {
            parts.push(format!(
                "{} half-hours have no like day within 8 weeks and are left out",
                self.left
            ));
        }
        parts.join("; ")
    }
}

impl Compared {
    fn compared(&self) -> String {
        let days = |of: &str, count: usize| {
            let noun = if count == 1 { "day" } else { "days" };
            format!("{of}{count} whole {noun}")
        };
        if self.fewest == self.most {
            days("", self.most)
        } else {
            days(&format!("{} to ", self.fewest), self.most)
        }
    }
}

fn counted(days: usize) -> String {
    if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    }
}
