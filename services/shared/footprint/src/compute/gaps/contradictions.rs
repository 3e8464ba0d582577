//! Days on which sources contradict each other about a meter, and registers that disagree with its half-hours.

use chrono::{Days as Later, NaiveDate};
use events::{Channel, Quantity};

use super::super::Frame;
use super::intervals;
use super::shown::{energy_per_unit, event_name};
use crate::message::{Contradicted, Finding, Odd};
use crate::period::Days;
use crate::school_history::OwnedMeter;
use crate::view::{Contradiction, ContradictionKind};

/// The contradictions of a meter on the given days: one finding for each run of days on which the same two sources contradict
/// each other in the same way.
pub(super) fn findings(
    frame: &Frame<'_>,
    meter: &OwnedMeter,
    channel: Channel,
    reported: Days,
) -> Vec<Finding> {
    let Some(series) = frame
        .subject
        .history
        .series(&meter.registered.meter, channel)
    else {
        return Vec::new();
    };
    let mut runs: Vec<Run<'_>> = Vec::new();
    for (day, found) in series.contradictions() {
        // Longer intervals are filtered later, because an interval is judged as a whole.
        for one in found.values.iter().filter(|_| reported.contains(*day)) {
            let one = Run::new(*day, one, energy_per_unit(series.unit(*day), meter));
            match runs.iter_mut().rev().find(|run| run.goes_on_with(&one)) {
                Some(run) => run.extend(one),
                None => runs.push(one),
            }
        }
    }
    let intervals = intervals::disagreeing(series, meter, reported);
    let found = runs.into_iter().map(|run| run.finding(meter));
    found.chain(intervals).collect()
}

/// Days in a row on which events of the same two sources contradict in the same way.
struct Run<'a> {
    days: Days,
    kind: ContradictionKind,
    /// The pair of events that differs most.
    widest: &'a Contradiction,
    widest_difference: Quantity,
    half_hours: i64,
    stands: Quantity,
    against: Quantity,
}

impl<'a> Run<'a> {
    fn new(day: NaiveDate, one: &'a Contradiction, energy_per_unit: f64) -> Self {
        let energy = |sum: Quantity| (sum as f64 * energy_per_unit).round() as Quantity;
        let (stands, against) = (energy(one.stands_sum), energy(one.against_sum));
        Run {
            days: Days { from: day, to: day },
            kind: one.kind,
            widest: one,
            widest_difference: (stands - against).abs(),
            half_hours: i64::from(one.half_hours),
            stands,
            against,
        }
    }

    fn goes_on_with(&self, next: &Run<'_>) -> bool {
        let source = |one: &Contradiction| (one.stands.source.clone(), one.against.source.clone());
        self.kind == next.kind
            && next.days.from <= self.days.to + Later::new(1)
            && source(self.widest) == source(next.widest)
    }

    fn extend(&mut self, next: Run<'a>) {
        self.days.to = next.days.to;
        self.half_hours += next.half_hours;
        self.stands += next.stands;
        self.against += next.against;
        if next.widest_difference > self.widest_difference {
            (self.widest, self.widest_difference) = (next.widest, next.widest_difference);
        }
    }

    fn finding(self, meter: &OwnedMeter) -> Finding {
        let contradicted = Contradicted {
            stands: event_name(&self.widest.stands),
            against: event_name(&self.widest.against),
            half_hours: self.half_hours,
            stands_energy: self.stands,
            against_energy: self.against,
        };
        Finding {
            meter: meter.registered.meter.clone(),
            days: self.days,
            what: match self.kind {
                ContradictionKind::Differs => Odd::Contradiction(contradicted),
                ContradictionKind::ZeroStands => Odd::ZeroStands(contradicted),
            },
        }
    }
}
