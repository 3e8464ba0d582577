//! The state of the service.

mod disputes;
mod keep;
mod rejected;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bus::{Producer, Reach};
use chassis::{Tls, Vitals};
use chrono::{DateTime, Utc};
use events::{Event, Topic};
use tokio::sync::Notify;

use crate::IngestError;
use crate::admit::Court;
use crate::config::Config;
use crate::doubt::Doubt;
use crate::metrics::Metrics;
use crate::rates::Rates;
use crate::register::Register;
use crate::rejections::Rejections;
use crate::rules::Bounds;
use crate::spool::Spool;
use crate::tokens::{Authority, Tokens};
use crate::turns::Turns;

pub(crate) use keep::NotKept;
pub(crate) use rejected::{held_as, key_number, tombstone};

/// The part of readiness that says whether the broker answers.
pub(crate) const BROKER: &str = "broker";

/// Everything the handlers share.
pub(crate) struct Intake {
    pub(crate) config: Config,
    tokens: RwLock<Arc<Tokens>>,
    pub(crate) rates: Rates,
    pub(crate) tls: Option<Tls>,
    pub(crate) vitals: Vitals,
    pub(crate) metrics: Metrics,
    pub(crate) register: RwLock<Register>,
    /// Held while registrations are judged for the last time and kept, so that no two are judged without each other.
    pub(crate) registering: tokio::sync::Mutex<()>,
    /// The keys that stand in `rejected`.
    pub(crate) rejected: Mutex<HashSet<u128>>,
    /// What senders are told of that.
    rejections: Mutex<Rejections>,
    pub(crate) turns: Turns,
    /// Where requests wait while the broker is away, if they may.
    pub(crate) spool: Option<Spool>,
    /// The time of day; tests have their own.
    pub(crate) clock: fn() -> DateTime<Utc>,
    /// Told when the broker failed us, so that somebody looks for it.
    pub(crate) lost: Notify,
    /// Whether those who follow `register` reach a broker.
    pub(crate) reach: Reach,
    pub(crate) producer: Producer,
}

impl Intake {
    pub(crate) fn new(config: Config) -> Result<Arc<Self>, IngestError> {
        events::Sharding::new(config.sharding.shards, config.sharding.partitions)?;
        let vitals = Vitals::default();
        let metrics = Metrics::new(&vitals.registry)?;
        let spool = config.spool.as_ref();
        let spool = spool
            .map(|spool| Spool::open(spool, &metrics.spool))
            .transpose()?;
        let intake = Intake {
            tokens: RwLock::new(Arc::new(config.all_tokens()?)),
            rates: Rates::new(&config.limits),
            tls: config.tls.as_ref().map(Tls::load).transpose()?,
            metrics,
            register: RwLock::default(),
            registering: tokio::sync::Mutex::default(),
            rejected: Mutex::default(),
            rejections: Mutex::default(),
            turns: Turns::new(&config.limits),
            spool,
            clock: Utc::now,
            lost: Notify::new(),
            reach: Reach::default(),
            producer: Producer::new(&config.kafka, config.limits.produce_bound())?,
            vitals,
            config,
        };
        intake.metrics.tokens(&intake.tokens());
        if let Some(spool) = &intake.spool {
            let copied = spool.register()?;
            intake.learn(copied.iter().map(|one| (&one.event, one.received)));
            spool.tell(&intake.vitals.readiness);
        }
        Ok(Arc::new(intake))
    }

    /// The tokens as they are now.
    pub(crate) fn tokens(&self) -> Arc<Tokens> {
        let tokens = self.tokens.read();
        tokens.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the tokens again. If they cannot be used, those before still are.
    pub(crate) fn renew_tokens(&self) -> Result<(), IngestError> {
        let tokens = Arc::new(self.config.all_tokens()?);
        self.metrics.tokens(&tokens);
        self.rates.forget_all_but(&tokens);
        self.turns.forget_all_but(&tokens);
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = tokens;
        Ok(())
    }

    /// Judges with the register as it is now.
    pub(crate) fn judge<T>(
        &self,
        authority: &Authority,
        now: DateTime<Utc>,
        by: impl FnOnce(&Court<'_>) -> T,
    ) -> T {
        self.known_register(|register| {
            by(&Court {
                authority: authority.clone(),
                register,
                sharding: self.config.sharding,
                bounds: Bounds::new(&self.config.limits, now),
                now,
            })
        })
    }

    /// `part` is not there. With a spool that is no reason to turn senders away, unless there is nothing to judge them by.
    pub(crate) fn lacking(&self, part: &'static str, why: impl Into<String>) {
        let readiness = &self.vitals.readiness;
        let stands_in = |spool: &Spool| part != Topic::Register.name() || spool.knows_register();
        match self.spool.as_ref().is_some_and(stands_in) {
            true => readiness.amiss(part, why),
            false => readiness.wait(part, why),
        }
    }

    /// `part` is there.
    pub(crate) fn there_is(&self, part: &'static str) {
        self.vitals.readiness.ready(part);
        self.vitals.readiness.mended(part);
    }

    /// Why `part` is not there, if it is not.
    pub(crate) fn lacks(&self, part: &str) -> Option<String> {
        self.vitals.readiness.said_of(part)
    }

    /// Why the register may not say everything.
    pub(crate) fn doubt(&self) -> Option<Doubt> {
        let Some(spool) = &self.spool else {
            return self.vitals.readiness.waiting().map(Doubt::Unread);
        };
        let why = self.lacks(Topic::Register.name())?;
        Some(match spool.knows_register() {
            true => Doubt::Copied(why),
            false => Doubt::Unread(why),
        })
    }

    /// Lets the register know of registrations that stand on Kafka, and when each was received.
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
        disputes::tell(&register, metrics, &self.vitals.readiness);
    }

    /// What is asked of the register as it is now.
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
