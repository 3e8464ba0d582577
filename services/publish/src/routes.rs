//! The HTTP routes of publish.

mod authenticate;
mod described;
mod metrics;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use chassis::{Detail, Endpoint, Routes};
use utoipa::openapi::OpenApi;

use crate::api::ErrorAnswer;
use crate::app::App;
use crate::explain::Explanation;
use crate::query::{
    ExplanationQuery, ListQuery, PeriodQuery, ReportQuery, SchoolQuery, SchoolsQuery, TallyQuery,
    TrustQuery, TrustsQuery,
};
use crate::secr::Report;
use crate::{api, page};

use authenticate::authenticate;
use described::{or_text, trust, urn};

pub(crate) fn routes(app: Arc<App>) -> Router {
    let figures = figures().into_router().fallback(page::not_found);
    // The check covers the fallback too: a path that does not exist looks like one that the reader may not see.
    let figures = figures.layer(from_fn_with_state(app.clone(), authenticate));
    figures.merge(health().into_router()).with_state(app)
}

/// The routes as OpenAPI describes them.
pub fn openapi() -> OpenApi {
    let all = figures().merge(health());
    described::shared(all.each(described::to_get)).into_openapi()
}

/// The routes that need authentication.
fn figures() -> Routes<Arc<App>> {
    let all = pages().merge(json()).merge(metrics::routes());
    all.each(described::for_readers)
}

fn pages() -> Routes<Arc<App>> {
    let described = described::page;
    let unreadable = "The meter, month or day cannot be read; a page says how it is written. Or, \
        as text, the query as a whole.";
    let of_trust =
        "Carbon intensity against the baseline, STARS, waste and gaps in the data, per school.";
    let home = format!("A list of several trusts, or the page of the only one. {of_trust}");
    Routes::default()
        .get(
            "/",
            page::home,
            described("page", "The page of the trusts", &home)
                .query::<ListQuery>()
                .shared(500, "Broken"),
        )
        .get(
            "/trusts/{trust}",
            page::trust,
            described("trustPage", "The page of a trust", of_trust)
                .parameter(trust())
                .query::<ListQuery>()
                .shared(500, "Broken"),
        )
        .get(
            "/trusts/{trust}/scoreboard",
            page::scoreboard,
            described(
                "scoreboardPage",
                "The page of a trust's scoreboard",
                "The targets of the trust's plan, school by school, with the evidence.",
            )
            .parameter(trust())
            .query::<ListQuery>()
            .shared(500, "Broken"),
        )
        .get(
            "/trusts/{trust}/secr",
            page::secr,
            described(
                "secrPage",
                "The SECR report of a trust as a page",
                "The table in the order of the DfE's guidance, the year before beside it, and \
                 the statements; made to be printed.",
            )
            .parameter(trust())
            .query::<ReportQuery>(),
        )
        .get(
            "/schools/{urn}",
            page::school,
            described(
                "schoolPage",
                "The page of a school",
                "Every figure of one school, how it was made and what is missing.",
            )
            .parameter(urn())
            .query::<SchoolQuery>(),
        )
        .get(
            "/schools/{urn}/tally",
            page::tally,
            described(
                "tallyPage",
                "Tally sheets for a travel survey",
                "A sheet for each class of a school, to be printed: boxes to tick for each way to \
                 travel, as it is and as it would be preferred.",
            )
            .parameter(urn())
            .query::<TallyQuery>(),
        )
        .get(
            "/schools/{urn}/explain",
            page::explain,
            described(
                "explainPage",
                "The page of a figure and what is behind it",
                "The same answer as a page, with links down from every step and back.",
            )
            .parameter(urn())
            .query::<ExplanationQuery>()
            .response(
                400,
                or_text(chassis::text("text/html", unreadable), "text/plain"),
            )
            .text(
                503,
                "text/html",
                "The ledger cannot be read at the moment; a page says so.",
            ),
        )
}

fn json() -> Routes<Arc<App>> {
    let described = described::figures;
    let unreadable = "The meter, month or day cannot be read; or, as text, the query as a whole.";
    let unreadable = chassis::json::<ErrorAnswer>("application/json", unreadable);
    let unreadable_month = "The month cannot be read; or, as text, the query as a whole.";
    let unreadable_month = chassis::json::<ErrorAnswer>("application/json", unreadable_month);
    let missing = "There is no such school, period, figure, meter, month or day; the error names \
        those that exist.";
    let unavailable = "The ledger cannot be read at the moment; try again.";
    Routes::default()
        .get(
            "/api/v1/trusts",
            api::trusts,
            Endpoint::new(
                "trusts",
                "Every trust",
                "The trusts with figures, and the periods of the figures.",
            )
            .query::<TrustsQuery>()
            .json::<api::Trusts>(200, "The trusts.")
            .shared(400, "BadAddress"),
        )
        .get(
            "/api/v1/trusts/{trust}",
            api::trust,
            described(
                "trust",
                "One trust",
                "One trust's figures over one period, exactly the sum of its schools, and the \
                 schools' figures.",
            )
            .parameter(trust())
            .query::<TrustQuery>()
            .json::<api::TrustAnswer<'_>>(200, "The trust.")
            .shared(500, "Broken"),
        )
        .get(
            "/api/v1/trusts/{trust}/scoreboard",
            api::scoreboard,
            described(
                "scoreboard",
                "A trust's scoreboard",
                "The targets of the trust's plan, each with its schools, the filed evidence, and \
                 why it is met, not met or not evidenced.",
            )
            .parameter(trust())
            .query::<PeriodQuery>()
            .json::<api::ScoreboardAnswer>(200, "The scoreboard."),
        )
        .get(
            "/api/v1/trusts/{trust}/secr",
            api::secr,
            described(
                "secr",
                "The SECR report of a trust",
                "Energy, emissions and intensity of an academic year and the one before, the \
                 statements that belong to them, and what does not agree.",
            )
            .parameter(trust())
            .query::<ReportQuery>()
            .json::<Report>(200, "The report."),
        )
        .get(
            "/api/v1/schools",
            api::schools,
            Endpoint::new(
                "schools",
                "Every school",
                "The figures of every school over one period.",
            )
            .query::<SchoolsQuery>()
            .json::<api::Schools<'_>>(
                200,
                "The schools; no rows if there are no figures of \
                    the trust or period.",
            )
            .shared(400, "BadAddress")
            .shared(500, "Broken"),
        )
        .get(
            "/api/v1/schools/{urn}",
            api::school,
            described(
                "school",
                "One school",
                "One school's figures over every period and in every trust, with lines, meters \
                 and coverage.",
            )
            .parameter(urn())
            .json::<api::School<'_>>(200, "The school."),
        )
        .get(
            "/api/v1/schools/{urn}/half-hours",
            api::half_hours,
            described(
                "halfHours",
                "Half-hours of a school",
                "The last days of a school's meters by half-hour; on a day with any, a half-hour \
                 without a reading is null, never 0.",
            )
            .parameter(urn())
            .query::<api::HalfHoursQuery>()
            .json::<api::SchoolHalfHours>(200, "The half-hours.")
            .json::<ErrorAnswer>(503, unavailable),
        )
        .get(
            "/api/v1/schools/{urn}/grid-intensity",
            api::grid_intensity,
            described(
                "gridIntensity",
                "A school's electricity by the intensity of the grid",
                "The electricity of each half-hour times the carbon intensity of the school's \
                 region of the grid: when it is dirtiest, and what moving a part of it would \
                 save. It is for running a school: no footprint, report or target uses it.",
            )
            .parameter(urn())
            .query::<api::GridQuery>()
            .json::<api::SchoolGrid>(200, "The school's electricity.")
            .response(400, or_text(unreadable_month, "text/plain"))
            .json::<ErrorAnswer>(503, unavailable),
        )
        .get(
            "/api/v1/schools/{urn}/explain",
            api::explain,
            described(
                "explain",
                "Why a figure is what it is",
                "From a figure down: to its lines and their factors, to its meters and their \
                 months, to the days of a month, to the revisions of every half-hour of a day, \
                 and to the events behind them with their times, tokens and places in the log. \
                 Each further parameter goes one step down.",
            )
            .parameter(urn())
            .query::<ExplanationQuery>()
            .json::<Explanation>(200, "The answer.")
            .response(400, or_text(unreadable, "text/plain"))
            .json::<ErrorAnswer>(404, missing)
            .json::<ErrorAnswer>(503, unavailable),
        )
}

/// The routes that need no token.
fn health() -> Routes<Arc<App>> {
    Routes::default()
        .get("/healthz", healthz, chassis::healthz())
        .get("/readyz", readyz, chassis::readyz())
}

async fn healthz() -> &'static str {
    "alive\n"
}

/// The reason why a part is not ready may name a trust or its objects: a reader who does not see everything learns only
/// which part it is.
async fn readyz(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let reader = app.access.reader(&headers);
    let detail = match reader {
        Ok(reader) if reader.sees_all() => Detail::Reasons,
        _ => Detail::Parts,
    };
    app.health.readiness.answer(detail).into_response()
}

#[cfg(test)]
mod tests;
