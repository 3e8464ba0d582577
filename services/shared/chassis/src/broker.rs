//! Reports the state of the broker.

use prometheus::{IntGauge, Registry};

use crate::Readiness;

/// The name of the broker in `/readyz`.
const PART: &str = "kafka";

/// What a service does while no broker answers, with the reason that `/readyz` gives.
#[derive(Debug, Clone, Copy)]
pub enum WithoutBroker {
    /// It is not ready.
    Waits(&'static str),
    /// It is degraded.
    GoesOn(&'static str),
}

/// Reports the state of the service's broker, in a metric and in `/readyz`.
#[derive(Clone)]
pub struct BrokerMetrics {
    reachable: IntGauge,
    without: WithoutBroker,
}

impl BrokerMetrics {
    /// The metric of the service with this name.
    pub fn new(
        service: &str,
        without: WithoutBroker,
        registry: &Registry,
    ) -> Result<Self, prometheus::Error> {
        let name = format!("{service}_broker_reachable");
        let reachable = IntGauge::new(name, "1 while a broker answers.")?;
        registry.register(Box::new(reachable.clone()))?;
        Ok(BrokerMetrics { reachable, without })
    }

    /// Reports whether a broker answers.
    pub fn report(&self, is_reached: bool, readiness: &Readiness) {
        self.reachable.set(is_reached.into());
        match (self.without, is_reached) {
            (WithoutBroker::Waits(_), true) => readiness.ready(PART),
            (WithoutBroker::Waits(why), false) => readiness.wait(PART, why),
            (WithoutBroker::GoesOn(_), true) => readiness.recovered(PART),
            (WithoutBroker::GoesOn(why), false) => readiness.degraded(PART, why),
        }
    }
}
