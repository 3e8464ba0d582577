//! The outcome of an event that was sent again.

use events::{Event, Refusal, RejectedEvent, Rule, Topic};
use serde::Serialize;
use serde_json::json;

use super::ToSend;
use super::ledger::Rows;
use crate::args::{Format, Replay};
use crate::client::Note;
use crate::show;

/// The outcome of an event that was sent again.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// The ledger had no event with its name, and has it now.
    New,
    /// The ledger had another event with its name, and has both now: the one issued later counts.
    Revision,
    /// The ledger already had it, so it adds nothing.
    Known,
    /// Ingest refused it again.
    RefusedByIngest { refusals: Vec<Refusal> },
    /// Ingest accepted it, and the ledger put it aside.
    PutAside { refusals: Vec<Refusal> },
    /// Ingest accepted it, and the ledger does not keep events of its type.
    AcceptedOutsideLedger,
    /// Ingest accepted it; it is not known to be in the ledger yet.
    Pending,
}

/// An event that was sent again, and its outcome.
#[derive(Debug, Serialize)]
pub struct Replayed {
    pub source: String,
    pub id: String,
    /// The name of the token whose authority applied.
    pub token: String,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The outcome of `sent`: from the answer of ingest, the current record in `rejected`, and the rows of the ledger before
/// and now.
pub(super) fn judged(
    sent: &ToSend,
    by_ingest: &Result<(), Vec<Refusal>>,
    rejected: Option<&RejectedEvent>,
    before: &Rows,
    after: &Rows,
) -> Outcome {
    if let Err(refusals) = by_ingest {
        let refusals = refusals.clone();
        return Outcome::RefusedByIngest { refusals };
    }
    // An event that was put aside again has a new record: it was received later.
    if let Some(again) = rejected.filter(|again| **again != sent.rejected) {
        let refusals = again.refusals.clone();
        let by_the_ledger = refusals.iter().any(|why| why.rule == Rule::Conflict);
        return match by_the_ledger {
            true => Outcome::PutAside { refusals },
            false => Outcome::RefusedByIngest { refusals },
        };
    }
    let of_ledger = |event: &Event| Topic::LEDGER.contains(&Topic::of(event.data.kind()));
    if !sent.event.as_ref().is_none_or(of_ledger) {
        return Outcome::AcceptedOutsideLedger;
    }
    let name = sent.identity();
    let issued = sent
        .event
        .as_ref()
        .map(|event| event.time.timestamp_micros());
    let was_there = issued.is_some_and(|issued| before.has_issued(&name, issued));
    match (after.has_more(&name, before), before.has(&name)) {
        (true, false) => Outcome::New,
        (true, true) => Outcome::Revision,
        (false, _) if was_there => Outcome::Known,
        (false, _) => Outcome::Pending,
    }
}

/// The number of events that failed: events that are not in the ledger, except pending ones if the command did not wait.
pub fn failed(replayed: &[Replayed], did_not_wait: bool) -> u64 {
    let is_amiss = |one: &&Replayed| match one.outcome {
        Outcome::New | Outcome::Revision | Outcome::Known | Outcome::AcceptedOutsideLedger => false,
        Outcome::RefusedByIngest { .. } | Outcome::PutAside { .. } => true,
        Outcome::Pending => !did_not_wait,
    };
    replayed.iter().filter(is_amiss).count() as u64
}

/// The number of events by outcome.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Counts {
    sent: usize,
    new: usize,
    revisions: usize,
    known: usize,
    refused: usize,
    put_aside: usize,
    accepted_outside_ledger: usize,
    pending: usize,
}

impl Counts {
    fn of(replayed: &[Replayed]) -> Self {
        let mut counts = Counts {
            sent: replayed.len(),
            ..Counts::default()
        };
        for one in replayed {
            let count = match one.outcome {
                Outcome::New => &mut counts.new,
                Outcome::Revision => &mut counts.revisions,
                Outcome::Known => &mut counts.known,
                Outcome::RefusedByIngest { .. } => &mut counts.refused,
                Outcome::PutAside { .. } => &mut counts.put_aside,
                Outcome::AcceptedOutsideLedger => &mut counts.accepted_outside_ledger,
                Outcome::Pending => &mut counts.pending,
            };
            *count += 1;
        }
        counts
    }

    fn sentence(&self, replay: &Replay) -> String {
        let pending = match (self.pending, replay.no_wait) {
            (0, _) => String::new(),
            (pending, true) => {
                format!(", {pending} accepted by ingest; did not wait for the ledger")
            }
            (pending, false) => format!(
                ", {pending} accepted by ingest and not in the ledger after {} s",
                replay.patience
            ),
        };
        let outside = match self.accepted_outside_ledger {
            0 => String::new(),
            count => format!(", {count} accepted that the ledger does not keep"),
        };
        format!(
            "{} sent: {} new, {} revisions, {} known already, {} refused by ingest, {} rejected by the ledger{outside}{pending}",
            self.sent, self.new, self.revisions, self.known, self.refused, self.put_aside
        )
    }
}

/// Prints the outcome of each event, and the sums.
pub fn show(format: Format, replayed: &[Replayed], notes: &[Note], replay: &Replay) {
    let counts = Counts::of(replayed);
    if format == Format::Json {
        return show::json_line(&json!({ "counts": counts, "events": replayed, "notes": notes }));
    }
    show::text(&counts.sentence(replay));
    for one in replayed {
        show::text(&format!(
            "  {} {}: {}",
            one.source,
            one.id,
            describe(&one.outcome)
        ));
    }
    for note in notes {
        show::text(&format!("  note on {}: {}", note.id, note.note));
    }
}

fn describe(outcome: &Outcome) -> String {
    let with = |what: &str, refusals: &[Refusal]| {
        let reasons: Vec<_> = refusals.iter().map(show::reason).collect();
        format!("{what}, {}", reasons.join("; "))
    };
    match outcome {
        Outcome::New => "new".to_owned(),
        Outcome::Revision => "a revision of what the ledger had".to_owned(),
        Outcome::Known => "known already, adds nothing".to_owned(),
        Outcome::RefusedByIngest { refusals } => with("refused by ingest", refusals),
        Outcome::PutAside { refusals } => with("rejected by the ledger", refusals),
        Outcome::AcceptedOutsideLedger => {
            "accepted; the ledger keeps no events of its type".to_owned()
        }
        Outcome::Pending => "accepted by ingest, not in the ledger yet".to_owned(),
    }
}

#[cfg(test)]
mod tests;
