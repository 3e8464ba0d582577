//! Processes a request, from its body to its answer.

mod reads;

use std::sync::Arc;
use std::time::Instant;

use axum::response::{IntoResponse, Response};
use chassis::{chain, failpoint};
use chrono::{DateTime, Utc};
use events::Refusal;
use sha2::{Digest, Sha256};

use crate::admission::grid::{NesoAnswer, admit_neso};
use crate::admission::posted::{Posted, admit_payload};
use crate::admission::upload::{Upload, admit_upload};
use crate::admission::{AdmissionContext, BatchOutcome, admit};
use crate::decode::content_mode::{self, ContentMode};
use crate::decode::files::{self, Format, PartOf, parts};
use crate::decode::services::{Parameters, Service};
use crate::http::body::{self, UnfitBody};
use crate::http::dry_run::DryRun;
use crate::http::problem_kind::ProblemKind;
use crate::http::response::{Counted, Problem, Receipt};
use crate::persist::PersistError;
use crate::register::Register;
use crate::register::RegisterState;
use crate::rejected::payload;
use crate::spool::SpoolError;
use crate::state::{Dependency, IngestState};
use crate::tokens::{Authority, Token, token_sha256};

pub(crate) use reads::elsewhere;

/// The largest uncompressed body, in bytes, that is judged on the current thread; others are judged on a blocking thread.
const SMALL_BODY: usize = 32 << 10;

/// The kind of content in a body.
pub(crate) enum Content {
    /// Events.
    Events(ContentMode),
    /// A file, in a format if the sender names it, and when it was issued, if the sender states it. Of a dry run nothing is kept.
    File {
        format: Option<Arc<Format>>,
        issued: Option<DateTime<Utc>>,
        /// What it is a part of, if it is a part of a large file.
        part: Option<Box<PartOf>>,
        dry_run: bool,
    },
    /// An answer of NESO's API, and when it was fetched, if the sender states it.
    Neso { issued: Option<DateTime<Utc>> },
    /// The payload of a service, what the address states of it, and when it was issued, if the sender states it.
    Payload {
        service: Arc<Service>,
        parameters: Parameters,
        issued: Option<DateTime<Utc>>,
    },
}

/// A request without its body.
pub(crate) struct Sent {
    /// The token of the request, whose rate limit is charged.
    pub(crate) sender: Arc<Token>,
    /// The authority that the request is judged by.
    pub(crate) authority: Authority,
    pub(crate) now: DateTime<Utc>,
    pub(crate) gzip: bool,
    pub(crate) content: Content,
}

/// The outcome of a body.
struct Judged {
    unit: Counted,
    outcome: BatchOutcome,
    /// The version of the register that it was judged by.
    version: u64,
    /// The body, if it registers something: registrations in the meantime may require a new judgement.
    registering: Option<Vec<u8>>,
}

/// Judges a body, keeps the outcome, and answers.
pub(crate) async fn process(
    state: &Arc<IngestState>,
    body: Result<Vec<u8>, UnfitBody>,
    sent: Sent,
) -> Result<Response, Problem> {
    failpoint!("ingest.received");
    let (state, sent) = (state.clone(), Arc::new(sent));
    if let Content::Payload { service, .. } = &sent.content
        && service.holds_registers()
    {
        return reads::take_in_turn(state, service.clone(), body, sent.clone()).await;
    }
    let register = state.register_state();
    let judged = match body {
        Ok(bytes) => judge_apart(&state, bytes, &sent).await?,
        Err(unfit) => Err(unfit),
    };
    if matches!(sent.content, Content::File { dry_run: true, .. }) {
        return tried(&state, &register, judged, &sent);
    }
    // Separate from the connection: if the sender goes away, the request must not be kept in part only.
    let kept = tokio::spawn(async move {
        match judged {
            Ok(judged) => persist_in_turn(&state, register, judged, &sent).await,
            Err(unfit) => Err(refuse_body(&state, unfit, &sent).await),
        }
    });
    kept.await.unwrap_or_else(|error| Err(failed(&error)))
}

/// The answer to a dry run, which keeps nothing.
fn tried(
    state: &IngestState,
    register: &RegisterState,
    judged: Result<Judged, UnfitBody>,
    sent: &Sent,
) -> Result<Response, Problem> {
    let Judged { unit, outcome, .. } = judged.map_err(|unfit| match unfit {
        UnfitBody::Gone => cut_off(),
        UnfitBody::Refused { refusal, .. } => Problem::body(&refusal),
    })?;
    still_unproven(&outcome, register)?;
    charge(state, &outcome, sent);
    let tried = state.known_register(|register| DryRun::of(unit, outcome, register));
    Ok(axum::Json(tried).into_response())
}

fn cut_off() -> Problem {
    let title = "the body did not arrive in time";
    Problem::new(ProblemKind::CutOff, title)
}

fn still_unproven(outcome: &BatchOutcome, register: &RegisterState) -> Result<(), Problem> {
    match outcome.unproven_by(register) {
        Some(why) => Err(Problem::unavailable(format!("not ready yet; {why}"))),
        None => Ok(()),
    }
}

fn charge(state: &IngestState, outcome: &BatchOutcome, sent: &Sent) {
    // One event was charged when the request began.
    let more = outcome.received.saturating_sub(1);
    state
        .rate_limits
        .charge(&sent.sender.name, more, Instant::now());
}

/// Judges a body; a large or compressed one on a separate thread, because judging it keeps a core busy.
async fn judge_apart(
    state: &Arc<IngestState>,
    bytes: Vec<u8>,
    sent: &Arc<Sent>,
) -> Result<Result<Judged, UnfitBody>, Problem> {
    let is_small = bytes.len() <= SMALL_BODY && !sent.gzip;
    // A small archive may inflate to a large file.
    if is_small && matches!(sent.content, Content::Events(_)) {
        return Ok(judge(state, bytes, sent));
    }
    let (state, sent) = (state.clone(), sent.clone());
    let judged = tokio::task::spawn_blocking(move || judge(&state, bytes, &sent));
    judged.await.map_err(|error| failed(&error))
}

/// Keeps requests that register something one at a time; each is judged by the registrations before it.
async fn persist_in_turn(
    state: &Arc<IngestState>,
    register: RegisterState,
    mut judged: Judged,
    sent: &Arc<Sent>,
) -> Result<Response, Problem> {
    let Some(bytes) = judged.registering.take() else {
        return persist(state, register, judged, sent).await;
    };
    let _registering = state.registering.lock().await;
    if judged.version != state.known_register(Register::version) {
        match judge_apart(state, bytes, sent).await? {
            Ok(again) => judged = again,
            Err(unfit) => return Err(refuse_body(state, unfit, sent).await),
        }
    }
    persist(state, register, judged, sent).await
}

fn failed(error: &tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "a request ended in the middle");
    Problem::new(ProblemKind::Failed, "the service failed")
}

fn judge(state: &IngestState, bytes: Vec<u8>, sent: &Sent) -> Result<Judged, UnfitBody> {
    let limits = &state.config.limits;
    let may_register = sent.authority.token().is_ok_and(|token| token.may_register);
    let again = may_register.then(|| bytes.clone());
    let judged = |unit, (version, outcome): (u64, BatchOutcome)| Judged {
        unit,
        version,
        registering: again.filter(|_| !outcome.registrations.is_empty()),
        outcome,
    };
    match &sent.content {
        Content::Events(content_mode) => {
            let text = body::text(bytes, sent.gzip, limits)?;
            let unfit = |refusal| unfit(refusal, &text);
            let structured = content_mode::structured(content_mode, &text).map_err(unfit)?;
            let items = content_mode::split(content_mode, &structured, limits.max_batch_events)
                .map_err(unfit)?;
            let outcome = |context: &AdmissionContext<'_>| {
                (context.register.version(), admit(&items, context))
            };
            let outcome = state.judge(&sent.authority, sent.now, outcome);
            Ok(judged(Counted::Events, outcome))
        }
        Content::Neso { issued } => {
            let text = body::text(bytes, sent.gzip, limits)?;
            let answer = NesoAnswer {
                text: &text,
                sha256: &token_sha256(&text),
                issued: *issued,
            };
            let outcome = state.judge(&sent.authority, sent.now, |context| {
                let outcome = admit_neso(&answer, context);
                outcome.map(|outcome| (context.register.version(), outcome))
            });
            outcome
                .map(|outcome| judged(Counted::HalfHours, outcome))
                .map_err(|refusal| unfit(refusal, &text))
        }
        Content::File {
            format,
            issued,
            part,
            ..
        } => {
            let inflated = body::inflated(bytes, sent.gzip, limits)?;
            let beginning = payload::bytes(&inflated);
            let sha256 = match part {
                Some(part) => part.sha256.clone(),
                None => hex::encode(Sha256::digest(&inflated)),
            };
            let refused = |refusal: Refusal| UnfitBody::Refused {
                refusal: Box::new(refusal),
                sha256: sha256.clone(),
                kept: beginning.clone(),
            };
            let tables = match part {
                Some(part) => Ok(vec![files::part(part.table.clone(), inflated)]),
                None => parts(inflated, limits.max_inflated_bytes),
            };
            let tables = tables.map_err(refused)?;
            let upload = Upload {
                format: format.as_ref(),
                formats: &state.formats,
                parts: &tables,
                part: part.as_deref(),
                sha256: &sha256,
                issued: *issued,
            };
            let outcome = state.judge(&sent.authority, sent.now, |context| {
                let outcome = admit_upload(&upload, context);
                outcome.map(|outcome| (context.register.version(), outcome))
            });
            outcome
                .map(|outcome| judged(Counted::Rows, outcome))
                .map_err(refused)
        }
        Content::Payload {
            service,
            parameters,
            issued,
        } => {
            let text = body::text(bytes, sent.gzip, limits)?;
            let sha256 = token_sha256(&text);
            let posted = Posted {
                service,
                parameters,
                text: &text,
                sha256: &sha256,
                issued: *issued,
            };
            let outcome = state.judge(&sent.authority, sent.now, |context| {
                let outcome = admit_payload(&posted, context);
                outcome.map(|outcome| (context.register.version(), outcome))
            });
            let unit = match service.holds_events() {
                true => Counted::Events,
                false => Counted::Rows,
            };
            outcome
                .map(|outcome| judged(unit, outcome))
                .map_err(|refusal| UnfitBody::Refused {
                    refusal: Box::new(refusal),
                    sha256,
                    kept: service.kept(&text),
                })
        }
    }
}

/// A body that is refused as a whole.
fn unfit(refusal: Refusal, text: &str) -> UnfitBody {
    UnfitBody::Refused {
        refusal: Box::new(refusal),
        sha256: token_sha256(text),
        kept: payload::text(text),
    }
}

async fn persist(
    state: &IngestState,
    register: RegisterState,
    judged: Judged,
    sent: &Sent,
) -> Result<Response, Problem> {
    let Judged {
        unit, mut outcome, ..
    } = judged;
    let (sender, authority) = (sent.sender.name.as_str(), sent.authority.name());
    broker_answers(state)?;
    still_unproven(&outcome, &register)?;
    let kept = state.persist(&mut outcome, authority, sent.now).await;
    kept.map_err(|error| not_kept(state, &error))?;
    if sender != authority {
        let (accepted, refused) = (outcome.accepted, outcome.refused.len());
        tracing::info!(
            operator = sender,
            token = authority,
            accepted,
            refused,
            "judged by the token that an operator named"
        );
    }
    failpoint!("ingest.produced");
    if let Content::Payload { service, .. } = &sent.content {
        let refused = outcome.refused.iter().map(|one| one.count).sum();
        let metrics = &state.metrics;
        metrics.of_service(&service.name, outcome.accepted, refused);
    }
    charge(state, &outcome, sent);
    let receipt = Receipt::of(unit, &mut outcome);
    receipt.into_answer()
}

/// Fails at once while the broker is known to be away and there is no spool: one background task waits for the broker, not
/// every request.
fn broker_answers(state: &IngestState) -> Result<(), Problem> {
    let missing = state.missing(Dependency::Broker);
    match missing.filter(|_| state.spool.is_none()) {
        None => Ok(()),
        Some(why) => {
            state.metrics.broker_unavailable.inc();
            Err(Problem::unavailable(format!(
                "{}: {why}",
                Dependency::Broker.name()
            )))
        }
    }
}

fn not_kept(state: &IngestState, error: &PersistError) -> Problem {
    tracing::warn!(why = chain(error), "a request was not kept");
    state.metrics.broker_unavailable.inc();
    // Other errors go to the log only: they name files of this machine.
    let why = match error {
        PersistError::Spool(SpoolError::Full { .. }) => {
            "the broker is away and the spool is full".to_owned()
        }
        other => other.to_string(),
    };
    Problem::unavailable(format!("{why}; send it again, which does no harm"))
}

/// Keeps a body that was refused as a whole, and returns the reason.
async fn refuse_body(state: &IngestState, unfit: UnfitBody, sent: &Sent) -> Problem {
    let UnfitBody::Refused {
        refusal,
        sha256,
        kept,
    } = unfit
    else {
        return cut_off();
    };
    if let Err(problem) = broker_answers(state) {
        return problem;
    }
    match state
        .persist_body(&refusal, &sha256, kept, sent.authority.name(), sent.now)
        .await
    {
        Ok(()) => Problem::body(&refusal),
        Err(error) => not_kept(state, &error),
    }
}
