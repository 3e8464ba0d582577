//! Reports schools that several trusts registered for the same days.

use chassis::Readiness;
use events::Urn;

use crate::metrics::Metrics;
use crate::register::{Owners, Register};

/// The name of this report in `/readyz`.
const MEMBERSHIPS: &str = "memberships";

/// Logs a school and its trusts. Only the log names them, not any output that anyone may read.
pub(super) fn log(register: &Register, urn: Option<Urn>) {
    let Some((urn, school)) = urn.and_then(|urn| Some((urn, register.school(urn)?))) else {
        return;
    };
    let memberships = school.memberships();
    for trust in memberships.trusts() {
        for days in memberships.lost(trust) {
            let counts_with = memberships.trust_on(*days.start()).unwrap_or_default();
            tracing::warn!(
                %urn, trust, counts_with, from = %days.start(),
                "a school is registered with two trusts for the same days; it counts with the one that registered them first"
            );
        }
    }
}

pub(super) fn report(register: &Register, metrics: &Metrics, readiness: &Readiness) {
    let disputed = register.disputed().len();
    metrics.disputed_schools.set(disputed as i64);
    match disputed {
        0 => readiness.recovered(MEMBERSHIPS),
        count => readiness.degraded(
            MEMBERSHIPS,
            format!(
                "schools registered with two trusts for the same days: {count}; each counts with the trust that registered \
                 it first, and the log names them"
            ),
        ),
    }
}
