//! A request's way from its body to its answer.

use std::sync::Arc;
use std::time::Instant;

use axum::http::StatusCode;
use axum::response::Response;
use chassis::{chain, failpoint};
use chrono::{DateTime, Utc};
use events::Refusal;

use crate::admit::{Admitted, admit};
use crate::answer::{Counted, Problem, Receipt};
use crate::body::{self, Unfit};
use crate::doubt::Doubt;
use crate::files::{self, File, Format};
use crate::intake::{BROKER, Intake, NotKept};
use crate::items::{self, Packing};
use crate::kept;
use crate::spool::SpoolError;
use crate::tokens::{Token, token_sha256};

/// A body no larger than this is judged where it was read; a larger one on a thread that may take its time.
const SMALL_BODY: usize = 32 << 10;

/// What a body is to be read as.
pub(crate) enum Content {
    /// Events.
    Events(Packing),
    /// A supplier's file, and when it was issued, if the sender says so.
    File {
        format: &'static Format,
        issued: Option<DateTime<Utc>>,
    },
}

/// What is known of a request beside its body.
pub(crate) struct Sent {
    pub(crate) token: Arc<Token>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) gzip: bool,
    pub(crate) content: Content,
}

/// Judges a body, keeps what came of it, and answers.
pub(crate) async fn work(
    intake: &Arc<Intake>,
    body: Result<Vec<u8>, Unfit>,
    sent: Sent,
) -> Result<Response, Problem> {
    failpoint!("ingest.received");
    let (token, now) = (sent.token.clone(), sent.now);
    let doubt = intake.doubt();
    let judged = match body {
        Ok(bytes) => judge_apart(intake, bytes, sent).await?,
        Err(unfit) => Err(unfit),
    };
    let intake = intake.clone();
    // Apart from the connection: a sender that goes away must not leave a request kept by half.
    let kept = tokio::spawn(async move {
        match judged {
            Ok((unit, admitted)) => keep(&intake, doubt, unit, admitted, &token, now).await,
            Err(unfit) => Err(refuse_body(&intake, unfit, &token, now).await),
        }
    });
    kept.await.unwrap_or_else(|error| Err(failed(&error)))
}

/// On a thread of its own if the body is large, because judging it keeps a core busy.
async fn judge_apart(
    intake: &Arc<Intake>,
    bytes: Vec<u8>,
    sent: Sent,
) -> Result<Result<(Counted, Admitted), Unfit>, Problem> {
    if bytes.len() <= SMALL_BODY && !sent.gzip {
        return Ok(judge(intake, bytes, &sent));
    }
    let intake = intake.clone();
    let judged = tokio::task::spawn_blocking(move || judge(&intake, bytes, &sent));
    judged.await.map_err(|error| failed(&error))
}

fn failed(error: &tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "a request ended in the middle");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "failed",
        "the service failed",
    )
}

fn judge(intake: &Intake, bytes: Vec<u8>, sent: &Sent) -> Result<(Counted, Admitted), Unfit> {
    let limits = &intake.config.limits;
    let text = body::text(bytes, sent.gzip, limits)?;
    let unfit = |refusal: Refusal| Unfit::Refused {
        refusal: Box::new(refusal),
        sha256: token_sha256(&text),
        kept: kept::text(&text),
    };
    match &sent.content {
        Content::Events(packing) => {
            let structured = items::structured(packing, &text).map_err(unfit)?;
            let items =
                items::split(packing, &structured, limits.max_batch_events).map_err(unfit)?;
            Ok((
                Counted::Events,
                intake.judge(&sent.token, sent.now, |court| admit(&items, court)),
            ))
        }
        Content::File { format, issued } => {
            let sha256 = token_sha256(&text);
            let file = File {
                format,
                text: &text,
                sha256: &sha256,
                issued: *issued,
            };
            let admitted = intake.judge(&sent.token, sent.now, |court| {
                files::admit_file(&file, court)
            });
            admitted
                .map(|admitted| (Counted::Rows, admitted))
                .map_err(unfit)
        }
    }
}

async fn keep(
    intake: &Intake,
    doubt: Option<Doubt>,
    unit: Counted,
    mut admitted: Admitted,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<Response, Problem> {
    broker_answers(intake)?;
    if let Some(why) = doubt.as_ref().and_then(|doubt| doubt.against(&admitted)) {
        return Err(Problem::unavailable(format!("not ready yet; {why}")));
    }
    let kept = intake.keep(&mut admitted, &token.name, now).await;
    kept.map_err(|error| not_kept(intake, &error))?;
    failpoint!("ingest.produced");
    // One was charged when the request began.
    let more = admitted.received.saturating_sub(1);
    intake.rates.charge(&token.name, more, Instant::now());
    let receipt = Receipt::of(unit, &mut admitted);
    receipt.into_answer()
}

/// Fails at once while the broker is known to be away and there is no spool: waiting for it is done by one task, not by every
/// request.
fn broker_answers(intake: &Intake) -> Result<(), Problem> {
    match intake.lacks(BROKER).filter(|_| intake.spool.is_none()) {
        None => Ok(()),
        Some(why) => {
            intake.metrics.broker_unavailable.inc();
            Err(Problem::unavailable(format!("{BROKER}: {why}")))
        }
    }
}

fn not_kept(intake: &Intake, error: &NotKept) -> Problem {
    tracing::warn!(why = chain(error), "a request was not kept");
    intake.metrics.broker_unavailable.inc();
    // What else went wrong is for the log: it names files of this machine.
    let why = match error {
        NotKept::Spool(SpoolError::Full { .. }) => {
            "the broker is away and the spool is full".to_owned()
        }
        other => other.to_string(),
    };
    Problem::unavailable(format!("{why}; send it again, which does no harm"))
}

/// Keeps a body that was refused as a whole, and says why it was.
async fn refuse_body(intake: &Intake, unfit: Unfit, token: &Token, now: DateTime<Utc>) -> Problem {
    let Unfit::Refused {
        refusal,
        sha256,
        kept,
    } = unfit
    else {
        let title = "the body did not arrive in time";
        return Problem::new(StatusCode::REQUEST_TIMEOUT, "cut-off", title);
    };
    if let Err(problem) = broker_answers(intake) {
        return problem;
    }
    match intake
        .keep_body(&refusal, &sha256, kept, &token.name, now)
        .await
    {
        Ok(()) => Problem::body(&refusal),
        Err(error) => not_kept(intake, &error),
    }
}
