//! One school over the API.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use events::{GridRegion, MilligramsCo2e, Phase, Roll, TrustRef, Urn};
use footprint::{
    Coverage, Days, EvidenceFigures, FactorSetRef, Footprint, Lack, Line, MeterFigures,
    MonthFigures, Period, Sufficiency,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::gaps::{PublishedEstimate, PublishedFinding};
use super::travel::PublishedTravel;
use super::waste::PublishedWaste;
use super::{missing, refused};
use crate::app::{App, Seen};
use crate::period_selection;
use crate::query::{ExplanationQuery, explanation};
use crate::year_on_year::ChangeAnswer;

/// One school.
#[derive(Serialize, ToSchema)]
pub(crate) struct School<'a> {
    /// The school's Unique Reference Number.
    urn: Urn,
    /// Its figures, in the order of trust and period.
    #[schema(min_items = 1)]
    footprints: Vec<PublishedFootprint<'a>>,
    /// What changed from the academic year before, for every whole year that has one before it.
    changes: Vec<ChangeAnswer>,
}

/// A school's figures over one period of one trust, as the topic `footprints` has them, with notes and reasons in words and with
/// survey counts under five suppressed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedFootprint<'a> {
    /// The school's Unique Reference Number.
    urn: Urn,
    /// The school's name.
    school: &'a str,
    /// The school's phase of education.
    phase: Phase,
    /// The trust it belongs to in this period.
    trust: &'a TrustRef,
    /// The region of the grid that the school registered, as the Carbon Intensity API numbers it; null if it registered none. No
    /// figure here depends on it.
    grid_region: Option<GridRegion>,
    /// The period.
    period: Period,
    /// The period as people read it.
    period_label: String,
    /// The days of the period on which the school was a member of the trust.
    member: Days,
    /// The first day of that membership, in the period or before it.
    joined: NaiveDate,
    /// The factors it was priced with.
    factor_set: &'a FactorSetRef,
    /// Every priced or unpriced quantity. The totals are exactly their sums.
    lines: &'a [Line],
    /// Statutory gross total, location-based, in milligrams of CO2e: the sum of the priced statutory lines. 0 if none of them is
    /// priced.
    gross: MilligramsCo2e,
    /// Sum of the priced voluntary lines, in milligrams of CO2e; never added to the gross.
    voluntary: MilligramsCo2e,
    /// What the gross total would be, in milligrams of CO2e, if the gaps contained what is estimated: beside it, never in its place.
    /// Null if nothing is estimated or priced.
    gross_with_gap_estimate: Option<MilligramsCo2e>,
    /// The pupils that the ratio is divided by: those on the roll, by days of membership; null if no count is registered.
    pupils: Option<f64>,
    /// The same in millionths, rounded once.
    pupil_millionths: Option<i64>,
    /// The census that the pupils are of; null if no count is registered.
    roll: Option<&'a Roll>,
    /// Tonnes of CO2e per pupil: statutory gross over the pupils; null without pupils, priced emissions or enough data.
    tonnes_per_pupil: Option<f64>,
    /// Tonnes of CO2e per pupil from the data that came, if it is not enough: a part of the use, to be compared with nothing.
    /// Null if there is enough.
    partial_tonnes_per_pupil: Option<f64>,
    /// Whether nothing is known to be missing from the statutory figures, and enough data has come.
    complete: bool,
    /// Why the statutory figures are not complete, one sentence each; empty if they are.
    incomplete: Vec<String>,
    /// What the statutory figures lack, apart from what a claim lacks; if both are empty, the figures are complete.
    lacks: &'a [Lack],
    /// Why the voluntary total is not complete, one sentence each; empty if it is.
    incomplete_voluntary: Vec<String>,
    /// What the voluntary total lacks.
    lacks_voluntary: &'a [Lack],
    /// Whether enough data has come for the intensity to be stated and compared with a baseline.
    enough_data: bool,
    /// The missing data, one clause each; empty if there is enough data.
    missing_data: Vec<String>,
    /// Whether there is enough data for a claim, and what is missing.
    sufficiency: &'a Sufficiency,
    /// Notes that a reader needs beside the figures, such as a factor of another year standing in.
    notes: Vec<String>,
    /// All meters together.
    coverage: Coverage,
    /// Each meter by itself.
    meters: &'a [MeterFigures],
    /// The odd readings. They are counted all the same.
    findings: Vec<PublishedFinding<'a>>,
    /// The estimates for gaps, per meter: never a part of any other figure.
    estimates: Vec<PublishedEstimate<'a>>,
    /// Energy by calendar month and use, in order.
    months: &'a [MonthFigures],
    /// Waste collected.
    waste: PublishedWaste<'a>,
    /// Travel, without survey counts under five.
    travel: PublishedTravel<'a>,
    /// Evidence for the targets of the trust's plan, filed by the last passed day of the period.
    evidence: &'a [EvidenceFigures],
    /// The log offsets, by topic, up to which this is computed: those of the next events to be read. `log` is the number of the
    /// log; it is left out for the first log.
    position: &'a BTreeMap<String, i64>,
}

/// `GET /api/v1/schools/{urn}`: every footprint of the school, with all its lines.
pub(crate) async fn school(seen: Seen, Path(urn): Path<String>) -> Response {
    let footprint_store = seen.schools;
    let found = period_selection::of_school(&footprint_store, &urn);
    let Some(first) = found.first() else {
        return missing(format!("no school has URN {urn:?}"));
    };
    let changes = found.iter();
    let changes = changes.filter_map(|footprint| footprint_store.change_of(footprint));
    let answer = School {
        urn: first.urn,
        footprints: found.iter().map(|footprint| published(footprint)).collect(),
        changes: changes.collect(),
    };
    Json(answer).into_response()
}

/// The footprint as it may be published, its survey counts under five suppressed.
pub fn published(footprint: &Footprint) -> PublishedFootprint<'_> {
    PublishedFootprint {
        urn: footprint.urn,
        school: &footprint.school,
        phase: footprint.phase,
        trust: &footprint.trust,
        grid_region: footprint.grid_region,
        period: footprint.period,
        period_label: footprint.period.label(),
        member: footprint.member,
        joined: footprint.joined,
        factor_set: &footprint.factor_set,
        lines: &footprint.lines,
        gross: footprint.gross,
        voluntary: footprint.voluntary,
        gross_with_gap_estimate: footprint.gross_with_gap_estimate(),
        pupils: footprint.pupils_in_ratio(),
        pupil_millionths: footprint.pupil_millionths,
        roll: footprint.roll.as_ref(),
        tonnes_per_pupil: footprint.tonnes_per_pupil(),
        partial_tonnes_per_pupil: footprint.partial_tonnes_per_pupil(),
        complete: footprint.is_complete(),
        incomplete: footprint.incomplete(),
        lacks: &footprint.lacks,
        incomplete_voluntary: sentences(&footprint.lacks_voluntary),
        lacks_voluntary: &footprint.lacks_voluntary,
        enough_data: footprint.sufficiency.is_enough(),
        missing_data: footprint.sufficiency.clauses(),
        sufficiency: &footprint.sufficiency,
        notes: sentences(&footprint.notes),
        coverage: footprint.coverage,
        meters: &footprint.meters,
        findings: super::gaps::findings(footprint),
        estimates: super::gaps::estimates(footprint),
        months: &footprint.months,
        waste: super::waste::published(footprint),
        travel: super::travel::published(footprint),
        evidence: &footprint.evidence,
        position: &footprint.position,
    }
}

fn sentences(reasons: &[impl ToString]) -> Vec<String> {
    reasons.iter().map(ToString::to_string).collect()
}

/// `GET /api/v1/schools/{urn}/explain?period=&figure=&meter=&month=&day=`: from a figure down to the events behind it.
pub(crate) async fn explain(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(query): Query<ExplanationQuery>,
) -> Response {
    match explanation(&app, &seen, &urn, query).await {
        Ok((_, found)) => Json(found).into_response(),
        Err(unanswered) => {
            let (status, error) = unanswered.response();
            refused(status, error)
        }
    }
}
