//! Reads of a cumulative register in, half-hours out. Independent of MQTT, files and the clock: the same reads after the same
//! state always give the same half-hours, so a message that is processed again changes nothing.
//!
//! The register at a half-hour boundary is interpolated between the reads before and after it, in whole millionths. So a
//! half-hour is known once a read after its end has come, and the half-hours between two boundaries add up exactly.

use chrono::{DateTime, TimeDelta, Utc};
use events::{MICRO, Quality, Quantity};
use serde::{Deserialize, Serialize};

const HALF_HOUR: TimeDelta = TimeDelta::minutes(30);
/// Reads that are further apart are a gap, and what the register counted in it is spread. A gas meter is read every half-hour,
/// give or take some minutes.
const LONGEST_STEP: TimeDelta = TimeDelta::minutes(35);
/// A longer gap stays missing: energy spread over it would mean nothing.
const LONGEST_GAP: TimeDelta = TimeDelta::days(400);
/// The smallest number at which a register may roll over, in units.
const LEAST_RANGE: Quantity = 1_000;
/// A roll-over leaves the register within this fraction of its range: more would rather be an exchange.
const ROLL_OVER_FRACTION: Quantity = 100;

/// One read of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Read {
    /// When it was taken.
    pub(crate) at: DateTime<Utc>,
    /// What the register showed, in millionths of its unit.
    pub(crate) value: Quantity,
    /// The serial number of the meter, if the gateway sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) serial: Option<String>,
}

/// What is known of a kind of register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RegisterKind {
    /// The digits before the decimal point, if the configuration states them.
    pub(crate) digits: Option<u32>,
    /// The most that can be counted in a half-hour, in millionths of the unit.
    pub(crate) most: Quantity,
}

/// The half-hour under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    start: DateTime<Utc>,
    counted: Quantity,
    /// Whether a gap or an exchange touches it.
    spread: bool,
}

/// What must be remembered of a register between two reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Register {
    last: Read,
    /// None until the first boundary: of a half-hour whose beginning was not seen nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<Open>,
    /// A read that cannot follow the last one. The next read decides whether it was a slip or the register has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doubted: Option<Read>,
}

/// Half-hours in a row that are now known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HalfHours {
    pub(crate) start: DateTime<Utc>,
    pub(crate) values: Vec<(Quantity, Quality)>,
    /// When the read that made them known was taken.
    pub(crate) known_at: DateTime<Utc>,
}

/// What a read turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Finding {
    /// As old as a known read, or older: it was known, or comes too late.
    Repeated,
    /// It follows the last read.
    Follows,
    /// It cannot follow the last read; the next one decides.
    Doubted,
    /// It follows the last read, so the one in between was a slip, such as a momentary zero.
    Slip,
    /// The register rolled over.
    RollOver,
    /// Another register, or the register was reset: counting begins anew, and nothing is counted for the change itself.
    Exchange,
}

impl Register {
    /// A register of which `first` is the first read.
    pub(crate) fn new(first: Read) -> Self {
        Register {
            open: (on_boundary(first.at) == first.at).then(|| Open::at(first.at)),
            last: first,
            doubted: None,
        }
    }

    /// When the last read was taken.
    pub(crate) fn last_at(&self) -> DateTime<Utc> {
        self.doubted.as_ref().unwrap_or(&self.last).at
    }

    /// Takes the next read.
    pub(crate) fn take(&mut self, read: Read, kind: RegisterKind) -> (Finding, Vec<HalfHours>) {
        if read.at <= self.last_at() {
            return (Finding::Repeated, Vec::new());
        }
        if is_other_meter(&self.last, &read) {
            self.doubted = None;
            let known = self.count(read, Counted::Unknown);
            return (Finding::Exchange, known.into_iter().collect());
        }
        if let Some(counted) = follows(&self.last, &read, kind) {
            let finding = match self.doubted.take() {
                Some(_) => Finding::Slip,
                None => Finding::Follows,
            };
            let known = self.count(read, Counted::Known(counted));
            return (finding, known.into_iter().collect());
        }
        let doubted = self.doubted.take();
        let confirmed = doubted.and_then(|first| follows(&first, &read, kind).map(|n| (first, n)));
        let Some((first, counted)) = confirmed else {
            self.doubted = Some(read);
            return (Finding::Doubted, Vec::new());
        };
        let (finding, across) = match rolled_over(self.last.value, first.value, kind) {
            Some(counted) => (Finding::RollOver, Counted::Known(counted)),
            None => (Finding::Exchange, Counted::Unknown),
        };
        let before = self.count(first, across);
        let after = self.count(read, Counted::Known(counted));
        (finding, before.into_iter().chain(after).collect())
    }

    /// Counts from the last read to `read`, and returns the half-hours that are known by it.
    fn count(&mut self, read: Read, counted: Counted) -> Option<HalfHours> {
        let (from, to) = (self.last.at, read.at);
        let is_gap = to - from > LONGEST_STEP;
        let is_unknown = counted == Counted::Unknown;
        let was = std::mem::replace(&mut self.last, read);
        if to - from > LONGEST_GAP || (is_gap && is_unknown) {
            *self = Register::new(self.last.clone());
            return None;
        }
        let counted = match counted {
            Counted::Known(counted) => counted,
            Counted::Unknown => 0,
        };
        // A register that stands still over a gap counted nothing in each of its half-hours.
        let spread = is_unknown || (is_gap && counted > 0);
        let up_to = |at: DateTime<Utc>| share(counted, at - was.at, to - was.at);
        let mut known: Option<HalfHours> = None;
        let (mut begin, mut boundary) = (from, on_boundary(from) + HALF_HOUR);
        while boundary <= to {
            if let Some(open) = self.open.take() {
                let value = open.counted + up_to(boundary) - up_to(begin);
                let quality = match open.spread || spread {
                    true => Quality::Spread,
                    false => Quality::Actual,
                };
                let known = known.get_or_insert_with(|| HalfHours {
                    start: open.start,
                    values: Vec::new(),
                    known_at: to,
                });
                known.values.push((value, quality));
            }
            self.open = Some(Open::at(boundary));
            (begin, boundary) = (boundary, boundary + HALF_HOUR);
        }
        if let Some(open) = self.open.as_mut().filter(|_| begin < to) {
            open.counted += counted - up_to(begin);
            open.spread |= spread;
        }
        known
    }
}

/// What was counted between two reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Known(Quantity),
    Unknown,
}

impl Open {
    fn at(start: DateTime<Utc>) -> Self {
        Open {
            start,
            counted: 0,
            spread: false,
        }
    }
}

/// The last half-hour boundary up to `at`.
fn on_boundary(at: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = at.timestamp();
    let boundary = seconds - seconds.rem_euclid(HALF_HOUR.num_seconds());
    DateTime::from_timestamp(boundary, 0).unwrap_or(at)
}

/// The part of `counted` in the first `part` of the time `whole`.
fn share(counted: Quantity, part: TimeDelta, whole: TimeDelta) -> Quantity {
    let (part, whole) = (part.num_milliseconds(), whole.num_milliseconds().max(1));
    let share = i128::from(counted) * i128::from(part) / i128::from(whole);
    i64::try_from(share).unwrap_or(counted)
}

fn is_other_meter(before: &Read, after: &Read) -> bool {
    let both = before.serial.as_ref().zip(after.serial.as_ref());
    both.is_some_and(|(before, after)| before != after)
}

/// What was counted from one read to the next; none if no meter could count so.
fn follows(before: &Read, after: &Read, kind: RegisterKind) -> Option<Quantity> {
    let half_hours = (after.at - before.at).num_minutes() / 30 + 1;
    let counted = after.value - before.value;
    let possible = 0..=kind.most.saturating_mul(half_hours);
    (possible.contains(&counted) && !is_other_meter(before, after)).then_some(counted)
}

/// What was counted if the register rolled over; none if it did not.
fn rolled_over(before: Quantity, after: Quantity, kind: RegisterKind) -> Option<Quantity> {
    let ranges = std::iter::successors(Some(LEAST_RANGE), |range| range.checked_mul(10));
    let range = match kind.digits {
        Some(digits) => 10_i64.checked_pow(digits)?.checked_mul(MICRO)?,
        None => ranges
            .filter_map(|range| range.checked_mul(MICRO))
            .find(|range| *range > before)?,
    };
    let counted = after.checked_add(range)? - before;
    (0..=range / ROLL_OVER_FRACTION)
        .contains(&counted)
        .then_some(counted)
}

#[cfg(test)]
mod tests;
