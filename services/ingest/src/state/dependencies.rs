//! The dependencies that ingest needs, and which of them are missing. Decisions use this state; `/readyz` only shows it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use events::Topic;

/// A dependency of ingest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dependency {
    /// The broker answers.
    Broker,
    /// The topic `register` is read to its end.
    Register,
    /// The topic `rejected` is read to its end.
    Rejected,
}

impl Dependency {
    /// The name in `/readyz`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Dependency::Broker => "broker",
            Dependency::Register => Topic::Register.name(),
            Dependency::Rejected => Topic::Rejected.name(),
        }
    }
}

/// The missing dependencies, each with the reason.
#[derive(Debug, Default)]
pub(crate) struct Missing(Mutex<BTreeMap<Dependency, String>>);

impl Missing {
    pub(super) fn add(&self, dependency: Dependency, reason: String) {
        self.with(|missing| missing.insert(dependency, reason));
    }

    pub(super) fn remove(&self, dependency: Dependency) {
        self.with(|missing| missing.remove(&dependency));
    }

    /// Why a dependency is missing; `None` if it is available.
    pub(super) fn reason(&self, dependency: Dependency) -> Option<String> {
        self.with(|missing| missing.get(&dependency).cloned())
    }

    /// Why any dependency is missing; `None` if all are available.
    pub(super) fn reasons(&self) -> Option<String> {
        let all = self.with(|missing| {
            let each = missing
                .iter()
                .map(|(dependency, reason)| format!("{}: {reason}", dependency.name()));
            each.collect::<Vec<_>>()
        });
        (!all.is_empty()).then(|| all.join("; "))
    }

    fn with<T>(&self, access: impl FnOnce(&mut BTreeMap<Dependency, String>) -> T) -> T {
        access(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
