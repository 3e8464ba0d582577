//! The page, rendered on the server: nothing is loaded from elsewhere and no script runs in the reader's browser.

mod charts;
mod explain;
mod gaps;
mod grid;
mod half_hours;
mod headline;
mod home;
mod layout;
mod lines;
mod listing;
mod parts;
mod rejected;
mod school;
mod school_parts;
mod schools_table;
mod scoreboard;
mod secr;
mod sending;
mod stars;
mod style;
mod tally;
mod travel;
mod trust;
mod waste;
mod year_on_year;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::Utc;
use footprint::{Days, Footprint, Period};
use lake::Month;
use maud::{Markup, html};

use crate::access::Denied;
use crate::app::{App, Seen};
use crate::config::Config;
use crate::footprint_store::FootprintStore;
use crate::half_hours::{HalfHours, Wanted as WantedDays};
use crate::period_selection::{self, periods, pick, pick_footprint};
use crate::query::{
    ExplanationQuery, ListQuery, ReportQuery, SchoolQuery, TallyQuery, explanation,
};
use crate::rollup::TrustView;
use crate::secr::{report, years};

use grid::GridSection;
use listing::Wanted;

/// How many days of half-hours a school's page shows.
const DAYS: u32 = 7;

/// `GET /`: the list of trusts if there are several, else the only trust; the schools for a reader who sees no trust.
pub(crate) async fn home(
    State(app): State<Arc<App>>,
    seen: Seen,
    Query(query): Query<ListQuery>,
) -> Response {
    computed(move || {
        let footprint_store = &seen.trusts;
        match footprint_store.trusts().as_slice() {
            [] if seen.schools.footprints().next().is_some() => respond(
                StatusCode::OK,
                &home::schools(&seen.schools, Wanted::of(&query)),
            ),
            [only] => of_trust(footprint_store, &app.config, &only.id, &query),
            _ => respond(
                StatusCode::OK,
                &home::page(footprint_store, &app.config, Wanted::of(&query)),
            ),
        }
    })
    .await
}

/// `GET /trusts/{trust}?period=&q=&page=`
pub(crate) async fn trust(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(query): Query<ListQuery>,
) -> Response {
    computed(move || of_trust(&seen.trusts, &app.config, &trust, &query)).await
}

/// A response that takes too long for an async worker: the schools of a trust may be a country's.
async fn computed(respond: impl FnOnce() -> Response + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(respond).await {
        Ok(response) => response,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn of_trust(
    footprint_store: &FootprintStore,
    config: &Config,
    trust: &str,
    query: &ListQuery,
) -> Response {
    match view(footprint_store, config, trust, query.period.as_deref()) {
        Some((view, periods)) => {
            let several = footprint_store.trusts().len() > 1;
            let page = trust::page(
                &view,
                &periods,
                several,
                Wanted::of(query),
                config.ingest_url.as_ref(),
            );
            respond(StatusCode::OK, &page)
        }
        None => missing("No figures are held of this trust over this period."),
    }
}

/// The trust over the period to show, and the periods it has figures of.
fn view(
    footprint_store: &FootprintStore,
    config: &Config,
    trust: &str,
    period: Option<&str>,
) -> Option<(TrustView, Vec<Period>)> {
    let periods = periods(footprint_store, trust);
    let key = pick(period, periods.iter().copied())?;
    let view = footprint_store.view(trust, &key, config.targets(trust))?;
    Some((view, periods))
}

/// `GET /trusts/{trust}/scoreboard?period=&q=&page=`
pub(crate) async fn scoreboard(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(query): Query<ListQuery>,
) -> Response {
    computed(move || {
        let period = query.period.as_deref();
        match view(&seen.trusts, &app.config, &trust, period) {
            Some((view, periods)) => {
                let page = scoreboard::page(&view, &periods, Wanted::of(&query));
                respond(StatusCode::OK, &page)
            }
            None => missing("No figures are held of this trust over this period."),
        }
    })
    .await
}

/// `GET /trusts/{trust}/secr?period=&basis=`
pub(crate) async fn secr(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(wanted): Query<ReportQuery>,
) -> Response {
    let footprint_store = seen.trusts;
    let settings = app.config.settings(&trust);
    let period = wanted.period.as_deref();
    match report(&footprint_store, &trust, period, wanted.basis, &settings) {
        Ok(report) => {
            let periods = years(&footprint_store, &trust);
            respond(StatusCode::OK, &secr::page(&report, &trust, &periods))
        }
        Err(error) => missing(&error.to_string()),
    }
}

/// `GET /schools/{urn}?period=&grid=`
pub(crate) async fn school(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(wanted): Query<SchoolQuery>,
) -> Response {
    let footprint_store = seen.schools;
    let footprints = period_selection::of_school(&footprint_store, &urn);
    let Some(school) = pick_footprint(&footprints, wanted.period.as_deref()) else {
        return missing("No figures are held of this school over this period.");
    };
    let trust = footprint_store.view(
        &school.trust.id,
        &school.period.key(),
        app.config.targets(&school.trust.id),
    );
    let Some(trust) = trust else {
        return missing("No figures are held of this school's trust.");
    };
    let member = period_selection::membership(&footprints, school);
    // Where intensities of the grid were sent, one read is enough for both sections.
    let wanted_days = match app.grid.is_empty() {
        true => WantedDays::Last(DAYS),
        false => WantedDays::GRID,
    };
    let lately = app.half_hours.read(school, member, wanted_days).await;
    let half_hours = lately.as_ref().map(|found| found.last(school, DAYS));
    let month = wanted.grid.as_deref().and_then(|text| text.parse().ok());
    let grid = grid_section(&app, school, member, month, lately.as_deref()).await;
    let periods: Vec<_> = periods(&footprint_store, &school.trust.id)
        .into_iter()
        .filter(|period| {
            footprints.iter().any(|footprint| {
                footprint.trust == school.trust && footprint.period.key() == period.key()
            })
        })
        .collect();
    respond(
        StatusCode::OK,
        &school::page(
            school,
            &trust,
            &periods,
            half_hours.as_ref(),
            grid.as_ref(),
            app.rejected.for_school(school, Utc::now()),
            app.config.ingest_url.as_ref(),
        ),
    )
}

/// A school's electricity by the intensity of the grid, in a month or on the last days; none if no intensity was ever sent.
async fn grid_section(
    app: &App,
    school: &Footprint,
    member: Days,
    month: Option<Month>,
    lately: Option<&HalfHours>,
) -> Option<GridSection> {
    if app.grid.is_empty() {
        return None;
    }
    let of_days =
        |found: &HalfHours, wanted| app.grid.report(school, &found.last_whole(school, wanted));
    let report = match month.map(WantedDays::Of) {
        None => lately.map(|found| of_days(found, WantedDays::GRID)),
        Some(wanted) => {
            let found = app.half_hours.read(school, member, wanted).await;
            found.map(|found| of_days(&found, wanted))
        }
    };
    Some(GridSection {
        report,
        month,
        months: grid::months_of(school, member, app.grid.days(school)),
    })
}

/// `GET /schools/{urn}/tally?classes=`
pub(crate) async fn tally(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(wanted): Query<TallyQuery>,
) -> Response {
    let footprints = period_selection::of_school(&seen.schools, &urn);
    match pick_footprint(&footprints, None) {
        Some(school) => {
            let page = tally::page(
                school,
                wanted.classes.as_deref(),
                app.config.ingest_url.as_ref(),
            );
            respond(StatusCode::OK, &page)
        }
        None => missing("No figures are held of this school."),
    }
}

/// `GET /schools/{urn}/explain?period=&figure=&meter=&month=&day=`
pub(crate) async fn explain(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(query): Query<ExplanationQuery>,
) -> Response {
    match explanation(&app, &seen, &urn, query).await {
        Ok((school, found)) => respond(
            StatusCode::OK,
            &explain::page(&school, &found, seen.sees_trusts()),
        ),
        Err(refused) => {
            let (status, text) = refused.response();
            respond(status, &apology("No answer", &text))
        }
    }
}

/// Every other path.
pub(crate) async fn not_found() -> Response {
    missing("There is no such page.")
}

/// The page for a request that was refused.
pub(crate) fn denied(denied: Denied) -> Response {
    let body = html! {
        h1 { "A token, please" }
        p { (denied.hint()) }
    };
    let page = layout::page("A token, please", &[], body);
    respond(StatusCode::UNAUTHORIZED, &page)
}

fn missing(why: &str) -> Response {
    respond(StatusCode::NOT_FOUND, &apology("Not found", why))
}

fn apology(title: &str, why: &str) -> Markup {
    let body = html! {
        h1 { (title) }
        p { (why) }
        p { a href="/" { "Home" } }
    };
    layout::page(title, &[], body)
}

fn respond(status: StatusCode, page: &Markup) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, style::policy()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Figures change every second, so a browser must revalidate a page before it shows it again.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (status, headers, Html(page.0.clone())).into_response()
}

#[cfg(test)]
mod one_verdict;
#[cfg(test)]
mod tests;
