//! Entry points for fuzz targets: a request is judged as by the service, without HTTP and Kafka. Compiled under `cfg(fuzzing)`
//! only; see `tests/fuzz`.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bus::Record;
use chrono::{DateTime, Utc};
use events::{Event, EventType, Refusal, Sharding};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::admission::grid::{NesoAnswer, admit_neso};
use crate::admission::posted::{Posted, admit_payload};
use crate::admission::reads::{PostedReads, admit_reads};
use crate::admission::upload::{Upload, admit_upload};
use crate::admission::{AdmissionContext, BatchOutcome, admit};
use crate::decode::files::{self, Format, Formats, PartOf, parts};
use crate::decode::services::{Parameters, Service, Services};
use crate::decode::{content_mode, schema};
use crate::http::body::{self, UnfitBody};
use crate::http::headers;
use crate::last_reads::Registers;
use crate::limits::Limits;
use crate::mqtt::{Message, Reader, Subscription};
use crate::register::Register;
use crate::rejected::payload;
use crate::rules::{Bounds, issued};
use crate::tokens::{Authority, Token, token_sha256};

/// The complete context in which a request is judged.
pub struct World {
    /// The sender's token.
    pub token: Token,
    /// Limits on requests.
    pub limits: Limits,
    /// How schools are distributed.
    pub sharding: Sharding,
    /// The current time.
    pub now: DateTime<Utc>,
    register: Register,
    /// The shipped formats; none if one of them is wrong, which a test excludes.
    formats: Formats,
    services: Services,
}

/// Where a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route<'a> {
    /// `POST /v1/events`
    Events,
    /// `POST /v1/files/{format}`, with this format.
    File(&'a str),
    /// `POST /v1/grid`
    Grid,
    /// `POST /v1/services/{name}?…`, with the parameters `name=value&…` as they stand in the address, without encoding.
    Service {
        /// The service.
        name: &'a str,
        /// The parameters.
        query: &'a str,
    },
}

/// A request as received.
pub struct Request<'a> {
    /// Where it was sent.
    pub route: Route<'a>,
    /// Its headers; one that HTTP itself does not allow is left out.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Its body.
    pub body: &'a [u8],
}

/// The outcome of a request.
#[derive(Debug)]
pub enum Verdict {
    /// The headers alone were refused, and nothing of the request is kept.
    Problem(String),
    /// The body was refused as a whole.
    Unfit {
        /// The reason.
        refusal: Refusal,
        /// What is kept of the body, as JSON.
        kept: String,
    },
    /// Each event or row was judged.
    Judged {
        /// Events or rows in the request.
        received: usize,
        /// Events or rows that were accepted.
        accepted: usize,
        /// The records written to Kafka.
        records: Vec<Record>,
        /// Events or rows that were refused.
        refused: Vec<Refused>,
    },
}

/// An event, or rows, refused.
#[derive(Debug)]
pub struct Refused {
    /// How many items were refused together.
    pub count: usize,
    /// The reasons.
    pub refusals: Vec<Refusal>,
    /// What is kept of the item, as JSON.
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
            formats: Formats::shipped().unwrap_or_default(),
            services: Services::shipped().unwrap_or_default(),
        }
    }

    /// Judges a request.
    pub fn judge(&self, request: &Request<'_>) -> Verdict {
        match self.judged(request) {
            Ok(Ok(outcome)) => judged(outcome),
            Ok(Err(UnfitBody::Refused { refusal, kept, .. })) => Verdict::Unfit {
                refusal: *refusal,
                kept: kept.get().to_owned(),
            },
            Ok(Err(UnfitBody::Gone)) => Verdict::Problem("gone".to_owned()),
            Err(problem) => Verdict::Problem(problem),
        }
    }

    fn judged(&self, request: &Request<'_>) -> Result<Result<BatchOutcome, UnfitBody>, String> {
        let headers = headers(request.headers);
        let detail = |problem: crate::http::response::Problem| problem.detail;
        let gzip = headers::is_gzip(&headers).map_err(detail)?;
        let issue_time = || {
            let time = headers::issued(&headers).map_err(detail)?;
            match time.map(|time| issued(time, &self.bounds())) {
                Some(Err(fault)) => Err(fault.hint),
                _ => Ok(time),
            }
        };
        match request.route {
            Route::Events => {
                let content_mode = headers::content_mode(&headers).map_err(detail)?;
                Ok(self.events(&content_mode, gzip, request.body))
            }
            Route::File(format) => {
                let format = self.formats.find(format).ok_or("there is no such format")?;
                headers::is_file(&headers).map_err(detail)?;
                let issued = issue_time()?;
                let part = headers::part(&headers).map_err(detail)?;
                Ok(self.file(format, (issued, part), gzip, request.body))
            }
            Route::Grid => {
                headers::is_json(&headers).map_err(detail)?;
                let issued = headers::issued(&headers).map_err(detail)?;
                Ok(self.grid(issued, gzip, request.body))
            }
            Route::Service { name, query } => {
                let service = self.services.find(name).ok_or("there is no such service")?;
                headers::is_payload(&headers).map_err(detail)?;
                let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                let pairs: Vec<_> = pairs
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
                let parameters = Parameters::read(&service.description, &pairs)?;
                Ok(self.payload(service, &parameters, issue_time()?, gzip, request.body))
            }
        }
    }

    fn events(
        &self,
        content_mode: &content_mode::ContentMode,
        gzip: bool,
        came: &[u8],
    ) -> Result<BatchOutcome, UnfitBody> {
        let text = body::text(came.to_vec(), gzip, &self.limits)?;
        let unfit = |refusal| unfit(refusal, &text);
        let structured = content_mode::structured(content_mode, &text).map_err(unfit)?;
        let most = self.limits.max_batch_events;
        let items = content_mode::split(content_mode, &structured, most).map_err(unfit)?;
        Ok(admit(&items, &self.context()))
    }

    fn grid(
        &self,
        issued: Option<DateTime<Utc>>,
        gzip: bool,
        came: &[u8],
    ) -> Result<BatchOutcome, UnfitBody> {
        let text = body::text(came.to_vec(), gzip, &self.limits)?;
        let answer = NesoAnswer {
            text: &text,
            sha256: &token_sha256(&text),
            issued,
        };
        admit_neso(&answer, &self.context()).map_err(|refusal| unfit(refusal, &text))
    }

    fn payload(
        &self,
        service: &Service,
        parameters: &Parameters,
        issued: Option<DateTime<Utc>>,
        gzip: bool,
        came: &[u8],
    ) -> Result<BatchOutcome, UnfitBody> {
        let text = body::text(came.to_vec(), gzip, &self.limits)?;
        let sha256 = token_sha256(&text);
        if service.holds_registers() {
            let posted = PostedReads {
                service,
                text: &text,
                sha256: &sha256,
                source: "service:fuzz",
                known: &Registers::new(),
                most: self.limits.max_batch_events,
            };
            let admitted = admit_reads(&posted, &self.context());
            return admitted
                .map(|(outcome, _)| outcome)
                .map_err(|refusal| unfit(refusal, &text));
        }
        let posted = Posted {
            service,
            parameters,
            text: &text,
            sha256: &sha256,
            issued,
        };
        admit_payload(&posted, &self.context()).map_err(|refusal| UnfitBody::Refused {
            refusal: Box::new(refusal),
            sha256: sha256.clone(),
            kept: service.kept(&text),
        })
    }

    fn file(
        &self,
        format: &Arc<Format>,
        (issued, part): (Option<DateTime<Utc>>, Option<PartOf>),
        gzip: bool,
        came: &[u8],
    ) -> Result<BatchOutcome, UnfitBody> {
        let bytes = body::inflated(came.to_vec(), gzip, &self.limits)?;
        let kept = payload::bytes(&bytes);
        let sha256 = match &part {
            Some(part) => part.sha256.clone(),
            None => hex::encode(Sha256::digest(&bytes)),
        };
        let refused = |refusal: Refusal| UnfitBody::Refused {
            refusal: Box::new(refusal),
            sha256: sha256.clone(),
            kept: kept.clone(),
        };
        let parts = match &part {
            Some(of) => vec![files::part(of.table.clone(), bytes)],
            None => parts(bytes, self.limits.max_inflated_bytes).map_err(refused)?,
        };
        let upload = Upload {
            format: Some(format),
            formats: &self.formats,
            parts: &parts,
            part: part.as_ref(),
            sha256: &sha256,
            issued,
        };
        admit_upload(&upload, &self.context()).map_err(refused)
    }

    fn bounds(&self) -> Bounds {
        Bounds::new(&self.limits, self.now)
    }

    fn context(&self) -> AdmissionContext<'_> {
        AdmissionContext {
            authority: Authority::Token(Arc::new(self.token.clone())),
            register: &self.register,
            sharding: self.sharding,
            bounds: self.bounds(),
            now: self.now,
        }
    }
}

/// The events that messages of MQTT come to, each a topic and what it holds, other than events that they hold themselves.
pub fn mqtt_events(messages: &[(String, Vec<u8>)]) -> Vec<String> {
    const SUBSCRIPTIONS: &str = r#"
        [[subscriptions]]
        topic = "glow/#"
        token = "fuzz"
        payload = "glow"
        [[subscriptions]]
        topic = "events"
        token = "events"
        payload = "cloudevents"
        [[subscriptions]]
        topic = "register/+"
        token = "fuzz"
        [subscriptions.payload.register]
        meter_level = 2
        numbering = "serial"
        value = "/v"
        time = "/t"
        zone = "Europe/London"
        unit_pointer = "/u"
        serial = "/s"
        digits = 5
        [[subscriptions]]
        topic = "interval"
        token = "fuzz"
        [subscriptions.payload.interval]
        meter = "mpan:2200012767323"
        value = "/v"
        time = "/t"
        label = "end"
        interval = "PT30M"
        unit = "kWh"
    "#;
    #[derive(serde::Deserialize)]
    struct Listed {
        subscriptions: Vec<Subscription>,
    }
    let Ok(listed) = toml::from_str::<Listed>(SUBSCRIPTIONS) else {
        return Vec::new();
    };
    let arrived = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    let message = |(topic, payload): &(String, Vec<u8>)| Message {
        topic: topic.clone(),
        payload: payload.clone(),
        retained: false,
        arrived,
    };
    let messages: Vec<_> = messages.iter().map(message).collect();
    let services = Services::shipped().unwrap_or_default();
    let reader = Reader {
        services: &services,
        subscriptions: &listed.subscriptions,
        bounds: Bounds::new(&Limits::default(), arrived),
        most_events: 100,
    };
    let mut batch = reader.read(&messages, &Registers::new());
    let ours = batch.by_token.remove("fuzz").unwrap_or_default();
    ours.items.into_iter().map(|item| item.text).collect()
}

/// Whether the JSON Schema of its type allows an event; `None` if its type has no schema.
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

fn unfit(refusal: Refusal, text: &str) -> UnfitBody {
    UnfitBody::Refused {
        refusal: Box::new(refusal),
        sha256: token_sha256(text),
        kept: payload::text(text),
    }
}

fn judged(outcome: BatchOutcome) -> Verdict {
    Verdict::Judged {
        received: outcome.received,
        accepted: outcome.accepted,
        records: outcome.records,
        refused: outcome
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
