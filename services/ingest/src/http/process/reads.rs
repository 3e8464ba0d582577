//! Messages with reads of registers: one request after the other, because a read says nothing without the one before.

use std::sync::Arc;

use axum::response::Response;
use chassis::{chain, failpoint};

use super::{Judged, Sent, failed, persist, refuse_body, unfit};
use crate::admission::reads::{PostedReads, admit_reads};
use crate::decode::services::Service;
use crate::http::body::{self, UnfitBody};
use crate::http::problem_kind::ProblemKind;
use crate::http::response::{Counted, Problem};
use crate::last_reads::{Changed, LastReads};
use crate::state::IngestState;
use crate::tokens::token_sha256;

/// The answer of an ingest that does not keep last reads.
pub(crate) fn elsewhere(service: &str) -> Problem {
    let title = "this ingest does not take reads of registers";
    Problem::new(ProblemKind::NotFound, title).detail(format!(
        "{service} sends reads of registers, of which one says nothing without the one before; send them to the one ingest that \
         keeps the last reads, or set last_reads of [services] in the configuration of this one"
    ))
}

/// Takes reads, and answers once their half-hours are on Kafka or in the spool and then the last reads are on the disk. If the
/// process dies in between, the sender sends the same again, which gives the same half-hours.
pub(super) async fn take_in_turn(
    state: Arc<IngestState>,
    service: Arc<Service>,
    body: Result<Vec<u8>, UnfitBody>,
    sent: Arc<Sent>,
) -> Result<Response, Problem> {
    // Separate from the connection: if the sender goes away, the request must not be kept in part only.
    let kept = tokio::spawn(async move {
        let last_reads = state.last_reads.as_ref();
        let last_reads = last_reads.ok_or_else(|| elsewhere(&service.name))?;
        let mut last_reads = last_reads.lock().await;
        let register = state.register_state();
        let judged = body.and_then(|bytes| judge(&state, &service, bytes, &sent, &last_reads));
        let (judged, changed) = match judged {
            Ok(judged) => judged,
            Err(unfit) => return Err(refuse_body(&state, unfit, &sent).await),
        };
        let answer = persist(&state, register, judged, &sent).await;
        // A request of which nothing was accepted is kept too.
        failpoint!("ingest.reads-persisted");
        match answer {
            Err(problem) if problem.is_to_be_sent_again() => Err(problem),
            answer => {
                write(&state, &mut last_reads, changed).await?;
                answer
            }
        }
    });
    kept.await.unwrap_or_else(|error| Err(failed(&error)))
}

fn judge(
    state: &IngestState,
    service: &Service,
    bytes: Vec<u8>,
    sent: &Sent,
    last_reads: &LastReads,
) -> Result<(Judged, Changed), UnfitBody> {
    let limits = &state.config.limits;
    let text = body::text(bytes, sent.gzip, limits)?;
    let posted = PostedReads {
        service,
        text: &text,
        sha256: &token_sha256(&text),
        source: &format!("service:{}/{}", service.name, last_reads.name()),
        known: last_reads.registers(),
        most: limits.max_batch_events,
    };
    let judged = state.judge(&sent.authority, sent.now, |context| {
        let judged = admit_reads(&posted, context);
        judged.map(|judged| (context.register.version(), judged))
    });
    let (version, (outcome, changed)) = judged.map_err(|refusal| unfit(refusal, &text))?;
    let judged = Judged {
        unit: Counted::Messages,
        outcome,
        version,
        registering: None,
    };
    Ok((judged, changed))
}

async fn write(
    state: &IngestState,
    last_reads: &mut LastReads,
    changed: Changed,
) -> Result<(), Problem> {
    let written = last_reads.write(changed).await.map_err(|error| {
        tracing::warn!(why = chain(&error), "last reads were not kept");
        // The log alone says why: the error names a file of this machine.
        Problem::unavailable("cannot keep the last reads; send it again, which does no harm")
    })?;
    state.metrics.mqtt.register_changes(&written.changes);
    Ok(())
}
