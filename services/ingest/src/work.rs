//! A request's way from its body to its answer.

use std::sync::Arc;
use std::time::Instant;

use axum::http::StatusCode;
use axum::response::Response;
use chassis::{chain, failpoint};
use chrono::{DateTime, Utc};
use events::Refusal;

use crate::admit::{Admitted, Court, admit};
use crate::answer::{Counted, Problem, Receipt};
use crate::body::{self, Unfit};
use crate::doubt::Doubt;
use crate::files::{self, File, Format};
use crate::intake::{BROKER, Intake, NotKept};
use crate::items::{self, Packing};
use crate::kept;
use crate::register::Register;
use crate::spool::SpoolError;
use crate::tokens::{Authority, Token, token_sha256};

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
    /// The token it came with, which pays for it.
    pub(crate) sender: Arc<Token>,
    /// By whose authority it is judged.
    pub(crate) authority: Authority,
    pub(crate) now: DateTime<Utc>,
    pub(crate) gzip: bool,
    pub(crate) content: Content,
}

/// What became of a body.
struct Judged {
    unit: Counted,
    admitted: Admitted,
    /// Which register it was judged by.
    version: u64,
    /// The body again, where it registers something: what is registered meanwhile may refuse it.
    registering: Option<Vec<u8>>,
}

/// Judges a body, keeps what came of it, and answers.
pub(crate) async fn work(
    intake: &Arc<Intake>,
    body: Result<Vec<u8>, Unfit>,
    sent: Sent,
) -> Result<Response, Problem> {
    failpoint!("ingest.received");
    let (intake, sent) = (intake.clone(), Arc::new(sent));
    let doubt = intake.doubt();
    let judged = match body {
        Ok(bytes) => judge_apart(&intake, bytes, &sent).await?,
        Err(unfit) => Err(unfit),
    };
    // Apart from the connection: a sender that goes away must not leave a request kept by half.
    let kept = tokio::spawn(async move {
        match judged {
            Ok(judged) => keep_in_turn(&intake, doubt, judged, &sent).await,
            Err(unfit) => Err(refuse_body(&intake, unfit, &sent).await),
        }
    });
    kept.await.unwrap_or_else(|error| Err(failed(&error)))
}

/// On a thread of its own if the body is large, because judging it keeps a core busy.
async fn judge_apart(
    intake: &Arc<Intake>,
    bytes: Vec<u8>,
    sent: &Arc<Sent>,
) -> Result<Result<Judged, Unfit>, Problem> {
    if bytes.len() <= SMALL_BODY && !sent.gzip {
        return Ok(judge(intake, bytes, sent));
    }
    let (intake, sent) = (intake.clone(), sent.clone());
    let judged = tokio::task::spawn_blocking(move || judge(&intake, bytes, &sent));
    judged.await.map_err(|error| failed(&error))
}

/// Requests that register something are kept one at a time, each judged by what those before it registered.
async fn keep_in_turn(
    intake: &Arc<Intake>,
    doubt: Option<Doubt>,
    mut judged: Judged,
    sent: &Arc<Sent>,
) -> Result<Response, Problem> {
    let Some(bytes) = judged.registering.take() else {
        return keep(intake, doubt, judged, sent).await;
    };
    let _registering = intake.registering.lock().await;
    if judged.version != intake.known_register(Register::version) {
        match judge_apart(intake, bytes, sent).await? {
            Ok(again) => judged = again,
            Err(unfit) => return Err(refuse_body(intake, unfit, sent).await),
        }
    }
    keep(intake, doubt, judged, sent).await
}

fn failed(error: &tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "a request ended in the middle");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "failed",
        "the service failed",
    )
}

fn judge(intake: &Intake, bytes: Vec<u8>, sent: &Sent) -> Result<Judged, Unfit> {
    let limits = &intake.config.limits;
    let may_register = sent.authority.token().is_ok_and(|token| token.may_register);
    let again = may_register.then(|| bytes.clone());
    let text = body::text(bytes, sent.gzip, limits)?;
    let judged = |unit, (version, admitted): (u64, Admitted)| Judged {
        unit,
        version,
        registering: again.filter(|_| !admitted.registrations.is_empty()),
        admitted,
    };
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
            let admitted = |court: &Court<'_>| (court.register.version(), admit(&items, court));
            let admitted = intake.judge(&sent.authority, sent.now, admitted);
            Ok(judged(Counted::Events, admitted))
        }
        Content::File { format, issued } => {
            let sha256 = token_sha256(&text);
            let file = File {
                format,
                text: &text,
                sha256: &sha256,
                issued: *issued,
            };
            let admitted = intake.judge(&sent.authority, sent.now, |court| {
                let admitted = files::admit_file(&file, court);
                admitted.map(|admitted| (court.register.version(), admitted))
            });
            admitted
                .map(|admitted| judged(Counted::Rows, admitted))
                .map_err(unfit)
        }
    }
}

async fn keep(
    intake: &Intake,
    doubt: Option<Doubt>,
    judged: Judged,
    sent: &Sent,
) -> Result<Response, Problem> {
    let Judged {
        unit, mut admitted, ..
    } = judged;
    let (sender, authority) = (sent.sender.name.as_str(), sent.authority.name());
    broker_answers(intake)?;
    if let Some(why) = doubt.as_ref().and_then(|doubt| doubt.against(&admitted)) {
        return Err(Problem::unavailable(format!("not ready yet; {why}")));
    }
    let kept = intake.keep(&mut admitted, authority, sent.now).await;
    kept.map_err(|error| not_kept(intake, &error))?;
    if sender != authority {
        let (accepted, refused) = (admitted.accepted, admitted.refused.len());
        tracing::info!(
            operator = sender,
            token = authority,
            accepted,
            refused,
            "judged by the token that an operator named"
        );
    }
    failpoint!("ingest.produced");
    // One was charged when the request began.
    let more = admitted.received.saturating_sub(1);
    intake.rates.charge(sender, more, Instant::now());
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
async fn refuse_body(intake: &Intake, unfit: Unfit, sent: &Sent) -> Problem {
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
        .keep_body(&refusal, &sha256, kept, sent.authority.name(), sent.now)
        .await
    {
        Ok(()) => Problem::body(&refusal),
        Err(error) => not_kept(intake, &error),
    }
}
