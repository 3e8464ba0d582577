//! What fuzz targets are let in by: a request judged as the service judges it, without HTTP and Kafka. Compiled under
//! `cfg(fuzzing)` only; see `tests/fuzz`.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bus::Record;
use chrono::{DateTime, Utc};
use events::{Event, EventType, Refusal, Sharding};
use serde_json::Value;

use crate::admit::{Admitted, Court, admit};
use crate::body::{self, Unfit};
use crate::config::Limits;
use crate::register::Register;
use crate::rules::{Bounds, issued};
use crate::tokens::{Authority, Token, token_sha256};
use crate::{files, items, kept, request, schema};

/// Everything a request is judged by.
pub struct World {
    /// Who sends.
    pub token: Token,
    /// What is too much.
    pub limits: Limits,
    /// How schools are spread.
    pub sharding: Sharding,
    /// The time of day.
    pub now: DateTime<Utc>,
    register: Register,
}

/// A request, as it comes.
pub struct Request<'a> {
    /// The format of `POST /v1/files/{format}`; none for `POST /v1/events`.
    pub format: Option<&'a str>,
    /// Its headers; one that HTTP itself does not allow is left out.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Its body.
    pub body: &'a [u8],
}

/// What became of a request.
#[derive(Debug)]
pub enum Verdict {
    /// The headers alone were refused, and nothing is kept of it.
    Problem(String),
    /// The body was refused as a whole.
    Unfit {
        /// Why.
        refusal: Refusal,
        /// What is kept of it, as JSON.
        kept: String,
    },
    /// Each event or row was judged.
    Judged {
        /// Events or rows that came.
        received: usize,
        /// Those that are kept.
        accepted: usize,
        /// What stands on Kafka of them.
        records: Vec<Record>,
        /// Those that are not.
        refused: Vec<Refused>,
    },
}

/// An event, or rows, refused.
#[derive(Debug)]
pub struct Refused {
    /// How many were received as it.
    pub count: usize,
    /// Why.
    pub refusals: Vec<Refusal>,
    /// What is kept of it, as JSON.
    pub kept: String,
}

impl World {
    /// A world in which these registrations were made.
    pub fn new(token: Token, now: DateTime<Utc>, registrations: &[Event]) -> Self {
        let mut register = Register::default();
        registrations
            .iter()
            .for_each(|event| register.apply(event, now));
        World {
            token,
            limits: Limits::default(),
            sharding: Sharding {
                shards: 8,
                partitions: 4,
            },
            now,
            register,
        }
    }

    /// Judges a request.
    pub fn judge(&self, request: &Request<'_>) -> Verdict {
        match self.judged(request) {
            Ok(Ok(admitted)) => judged(admitted),
            Ok(Err(Unfit::Refused { refusal, kept, .. })) => Verdict::Unfit {
                refusal: *refusal,
                kept: kept.get().to_owned(),
            },
            Ok(Err(Unfit::Gone)) => Verdict::Problem("gone".to_owned()),
            Err(problem) => Verdict::Problem(problem),
        }
    }

    fn judged(&self, request: &Request<'_>) -> Result<Result<Admitted, Unfit>, String> {
        let headers = headers(request.headers);
        let detail = |problem: crate::answer::Problem| problem.detail;
        let gzip = request::is_gzip(&headers).map_err(detail)?;
        let Some(format) = request.format else {
            let packing = request::packing(&headers).map_err(detail)?;
            return Ok(self.events(&packing, gzip, request.body));
        };
        let format = files::find(format).ok_or_else(files::names)?;
        request::is_file(&headers).map_err(detail)?;
        let said = request::issued(&headers).map_err(detail)?;
        if let Some(Err(fault)) = said.map(|time| issued(time, &self.bounds())) {
            return Err(fault.mend);
        }
        Ok(self.file(format, said, gzip, request.body))
    }

    fn events(&self, packing: &items::Packing, gzip: bool, came: &[u8]) -> Result<Admitted, Unfit> {
        let text = body::text(came.to_vec(), gzip, &self.limits)?;
        let unfit = |refusal| unfit(refusal, &text);
        let structured = items::structured(packing, &text).map_err(unfit)?;
        let most = self.limits.max_batch_events;
        let items = items::split(packing, &structured, most).map_err(unfit)?;
        Ok(admit(&items, &self.court()))
    }

    fn file(
        &self,
        format: &files::Format,
        issued: Option<DateTime<Utc>>,
        gzip: bool,
        came: &[u8],
    ) -> Result<Admitted, Unfit> {
        let text = body::text(came.to_vec(), gzip, &self.limits)?;
        let sha256 = token_sha256(&text);
        let file = files::File {
            format,
            text: &text,
            sha256: &sha256,
            issued,
        };
        files::admit_file(&file, &self.court()).map_err(|refusal| unfit(refusal, &text))
    }

    fn bounds(&self) -> Bounds {
        Bounds::new(&self.limits, self.now)
    }

    fn court(&self) -> Court<'_> {
        Court {
            authority: Authority::Token(Arc::new(self.token.clone())),
            register: &self.register,
            sharding: self.sharding,
            bounds: self.bounds(),
            now: self.now,
        }
    }
}

/// Whether the JSON Schema of its type allows an event; none if it names no type that has one.
pub fn fits_schema(event: &Value) -> Option<bool> {
    let kind = EventType::parse(event.get("type")?.as_str()?)?;
    schema::allows(kind, event)
}

fn headers(sent: &[(&str, &[u8])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in sent {
        let name = HeaderName::try_from(*name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    headers
}

fn unfit(refusal: Refusal, text: &str) -> Unfit {
    Unfit::Refused {
        refusal: Box::new(refusal),
        sha256: token_sha256(text),
        kept: kept::text(text),
    }
}

fn judged(admitted: Admitted) -> Verdict {
    Verdict::Judged {
        received: admitted.received,
        accepted: admitted.accepted,
        records: admitted.records,
        refused: admitted
            .refused
            .into_iter()
            .map(|one| Refused {
                count: one.count,
                refusals: one.refusals,
                kept: one.event.get().to_owned(),
            })
            .collect(),
    }
}
