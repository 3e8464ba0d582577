//! The gauges of the plan's targets. They are described here and written beside the other families: one scoreboard is scored
//! for each trust, and two of its three families are of schools.

/// A family of gauges of the scoreboard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlanFamily {
    pub name: &'static str,
    pub help: &'static str,
    /// Besides those of the school or trust and the period.
    pub labels: [&'static str; 2],
}

impl PlanFamily {
    /// Its labels with their values.
    pub(crate) fn labelled<'a>(&self, values: [&'a str; 2]) -> [(&'a str, &'a str); 2] {
        let ([first, second], [one, other]) = (self.labels, values);
        [(first, one), (second, other)]
    }
}

pub(crate) const TRUST_STATE: PlanFamily = PlanFamily {
    name: "greenledger_trust_kpi_state",
    help: "1 for the state that a target of the plan is in; the other states are absent.",
    labels: ["kpi", "state"],
};

pub(crate) const SCHOOL_STATE: PlanFamily = PlanFamily {
    name: "greenledger_school_kpi_state",
    help: "1 for the state that a school is in on a target that applies to it; the other states are absent.",
    labels: ["kpi", "state"],
};

pub(crate) const EVIDENCE_EXPIRES: PlanFamily = PlanFamily {
    name: "greenledger_school_evidence_expires_timestamp_seconds",
    help: "When the first of the evidence in force of one kind for one target expires.",
    labels: ["kpi", "kind"],
};
