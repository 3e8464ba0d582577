//! The state of the service.

mod dependencies;
mod disputes;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bus::{Connectivity, Producer};
use chassis::{Health, Tls};
use chrono::{DateTime, Utc};
use events::Event;
use tokio::sync::Notify;

use crate::IngestError;
use crate::admission::AdmissionContext;
use crate::concurrency::Concurrency;
use crate::config::Config;
use crate::decode::files::Formats;
use crate::decode::services::Services;
use crate::last_reads::LastReads;
use crate::metrics::Metrics;
use crate::rate_limit::RateLimits;
use crate::register::Register;
use crate::register::RegisterState;
use crate::rejected::list::Rejections;
use crate::rules::Bounds;
use crate::spool::Spool;
use crate::tokens::{Authority, Tokens};

pub(crate) use dependencies::Dependency;

use dependencies::Missing;

/// The state shared by all handlers.
pub(crate) struct IngestState {
    pub(crate) config: Config,
    /// The formats of files.
    pub(crate) formats: Formats,
    /// The services whose payloads are known.
    pub(crate) services: Services,
    /// The last reads of registers that come over HTTP; held while a read is made durable, so that each is judged with the one
    /// before.
    pub(crate) last_reads: Option<tokio::sync::Mutex<LastReads>>,
    tokens: RwLock<Arc<Tokens>>,
    pub(crate) rate_limits: RateLimits,
    pub(crate) tls: Option<Tls>,
    missing: Missing,
    pub(crate) health: Health,
    pub(crate) metrics: Metrics,
    pub(crate) register: RwLock<Register>,
    /// Held during the final judgement and the keeping of registrations, so that each is judged with knowledge of the others.
    pub(crate) registering: tokio::sync::Mutex<()>,
    /// The keys in `rejected`.
    pub(crate) rejected: Mutex<HashSet<u128>>,
    /// The rejections that senders can list.
    rejections: Mutex<Rejections>,
    pub(crate) concurrency: Concurrency,
    /// Where requests wait while the broker is away, if a spool is configured.
    pub(crate) spool: Option<Spool>,
    /// The clock; tests use a different one.
    pub(crate) clock: fn() -> DateTime<Utc>,
    /// Notified when the broker failed, so that the background task looks for it.
    pub(crate) lost: Notify,
    /// Whether the follower of `register` is connected to a broker.
    pub(crate) connectivity: Connectivity,
    pub(crate) producer: Producer,
}

impl IngestState {
    pub(crate) fn new(config: Config) -> Result<Arc<Self>, IngestError> {
        events::Sharding::new(config.sharding.shards, config.sharding.partitions)?;
        let health = Health::default();
        let metrics = Metrics::new(&health.registry)?;
        let spool = config.spool.as_ref();
        let spool = spool
            .map(|spool| Spool::open(spool, &metrics.spool))
            .transpose()?;
        let last_reads = config.services.last_reads.as_deref();
        let last_reads = last_reads.map(|path| LastReads::open(path, Utc::now()));
        let state = IngestState {
            tokens: RwLock::new(Arc::new(config.all_tokens()?)),
            rate_limits: RateLimits::new(&config.limits),
            tls: config.tls.as_ref().map(Tls::load).transpose()?,
            metrics,
            missing: Missing::default(),
            register: RwLock::default(),
            registering: tokio::sync::Mutex::default(),
            rejected: Mutex::default(),
            rejections: Mutex::default(),
            concurrency: Concurrency::new(&config.limits),
            spool,
            clock: Utc::now,
            lost: Notify::new(),
            connectivity: Connectivity::default(),
            formats: config.formats()?,
            services: config.services()?,
            last_reads: last_reads.transpose()?.map(tokio::sync::Mutex::new),
            producer: Producer::new(&config.bus, config.limits.produce_bound())?,
            health,
            config,
        };
        state.metrics.tokens(&state.tokens());
        state.metrics.services(state.services.names());
        if let Some(spool) = &state.spool {
            let copied = spool.register()?;
            state.learn(copied.iter().map(|one| (&one.event, one.received)));
            spool.report(&state.health.readiness);
        }
        Ok(Arc::new(state))
    }

    /// The current tokens.
    pub(crate) fn tokens(&self) -> Arc<Tokens> {
        let tokens = self.tokens.read();
        tokens.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the tokens again. If they cannot be used, the previous tokens stay valid.
    pub(crate) fn renew_tokens(&self) -> Result<(), IngestError> {
        let tokens = Arc::new(self.config.all_tokens()?);
        self.metrics.tokens(&tokens);
        self.rate_limits.forget_all_but(&tokens);
        self.concurrency.forget_all_but(&tokens);
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = tokens;
        Ok(())
    }

    /// Judges with the current register.
    pub(crate) fn judge<T>(
        &self,
        authority: &Authority,
        now: DateTime<Utc>,
        by: impl FnOnce(&AdmissionContext<'_>) -> T,
    ) -> T {
        self.known_register(|register| {
            by(&AdmissionContext {
                authority: authority.clone(),
                register,
                sharding: self.config.sharding,
                bounds: Bounds::new(&self.config.limits, now),
                now,
            })
        })
    }

    /// Records that a dependency is missing. With a spool this is no reason to turn senders away, unless there is no register
    /// to judge them by.
    pub(crate) fn set_missing(&self, dependency: Dependency, reason: impl Into<String>) {
        let (name, reason) = (dependency.name(), reason.into());
        self.missing.add(dependency, reason.clone());
        let stands_in =
            |spool: &Spool| dependency != Dependency::Register || spool.knows_register();
        match self.spool.as_ref().is_some_and(stands_in) {
            true => self.health.readiness.degraded(name, reason),
            false => self.health.readiness.wait(name, reason),
        }
    }

    /// Records that a dependency is available.
    pub(crate) fn set_available(&self, dependency: Dependency) {
        self.missing.remove(dependency);
        self.health.readiness.ready(dependency.name());
        self.health.readiness.recovered(dependency.name());
    }

    /// Why a dependency is missing; `None` if it is available.
    pub(crate) fn missing(&self, dependency: Dependency) -> Option<String> {
        self.missing.reason(dependency)
    }

    /// Whether the register may be used to judge events.
    pub(crate) fn register_state(&self) -> RegisterState {
        let Some(spool) = &self.spool else {
            let unread = self.missing.reasons().map(RegisterState::Unread);
            return unread.unwrap_or(RegisterState::Whole);
        };
        match self.missing(Dependency::Register) {
            None => RegisterState::Whole,
            Some(why) if spool.knows_register() => RegisterState::Copied(why),
            Some(why) => RegisterState::Unread(why),
        }
    }

    /// Adds registrations that are on Kafka to the register, each with its receive time.
    pub(crate) fn learn<'a>(
        &self,
        registrations: impl IntoIterator<Item = (&'a Event, DateTime<Utc>)>,
    ) {
        let mut registrations = registrations.into_iter().peekable();
        if registrations.peek().is_none() {
            return;
        }
        let mut register = self
            .register
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for (event, received) in registrations {
            let was_disputed = register.is_disputed(event.subject);
            register.apply(event, received);
            if !was_disputed && register.is_disputed(event.subject) {
                disputes::log(&register, event.subject);
            }
        }
        let metrics = &self.metrics;
        metrics.register_meters.set(register.meters() as i64);
        disputes::report(&register, metrics, &self.health.readiness);
    }

    /// Runs `ask` on the current register.
    pub(crate) fn known_register<T>(&self, ask: impl FnOnce(&Register) -> T) -> T {
        ask(&self.register.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn known_as_rejected<T>(&self, with: impl FnOnce(&mut HashSet<u128>) -> T) -> T {
        with(&mut self.rejected.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn known_rejections<T>(&self, with: impl FnOnce(&mut Rejections) -> T) -> T {
        with(
            &mut self
                .rejections
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}
