//! A row per school, the most carbon-intensive first, because it needs attention most.

use std::sync::Arc;

use footprint::{AtBaseline, Footprint, Item};
use maud::{Markup, html};

use super::listing::{List, Shown, Wanted};
use super::{charts, parts, stars};
use crate::format;
use crate::rollup::{TrustView, is_a_year, passed};

pub(super) fn table(view: &TrustView, wanted: Wanted<'_>) -> Markup {
    let schools = by_intensity(view);
    let most = schools
        .iter()
        .filter_map(|school| school.tonnes_per_pupil())
        .fold(0.0, f64::max);
    let baseline = view.baseline();
    let scale = most.max(baseline.tco2e_per_pupil);
    let (path, period) = (format!("/trusts/{}", view.trust.id), view.period.key());
    let list = List {
        path: &path,
        period: Some(&period),
        id: "schools",
        row: "school",
    };
    let shown = Shown::of(schools, wanted, |school| {
        [school.school.clone(), school.urn.to_string()]
    });
    // On a phone the rows become cards. A table with another layout loses its meaning to a screen reader unless its roles
    // are stated.
    html! {
        section .schools aria-labelledby="schools" {
            h2 #schools { "Schools" }
            p .soft {
                "Highest carbon intensity first, schools without enough data for one last."
                @if is_a_year(view.period) {
                    " The mark on each bar is the trust\u{2019}s baseline of " (baseline.tco2e_per_pupil) "."
                }
                @if let Some(year) = baseline.comparable_factor_year() {
                    " Below each intensity is the same at the " (year) " factors of the baseline."
                }
            }
            (shown.search(&list))
            table role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { "School" }
                        th role="columnheader" scope="col" { "tCO\u{2082}e per pupil" }
                        th role="columnheader" scope="col" { "Energy by month" }
                        th .n role="columnheader" scope="col" { "Coverage" }
                        th .n role="columnheader" scope="col" { "Waste recycled" }
                        th role="columnheader" scope="col" { "STARS level" }
                        th role="columnheader" scope="col" { "Last reading" }
                    }
                }
                tbody role="rowgroup" {
                    @for school in &shown.rows { (row(school, view, scale)) }
                }
            }
            (shown.links(&list))
        }
    }
}

/// A school's intensity at the factors of the baseline, or the lines without a factor of that year.
fn at_baseline(school: &Footprint, view: &TrustView) -> Markup {
    let at = view.baseline().intensity_of([school]);
    html! {
        @match &at {
            AtBaseline::Whole { factor_year, tonnes_per_pupil } => {
                small .soft { (format!("{tonnes_per_pupil:.3}")) " at " (factor_year) " factors" }
            }
            AtBaseline::Partial { factor_year, unpriced, .. } => {
                small .warn { (factor_year) " factors have none for " (Item::list(unpriced)) }
            }
            // Stated above, for the trust as a whole.
            AtBaseline::BasisNotStated | AtBaseline::OtherScope(_) | AtBaseline::NothingKnown => {}
        }
    }
}

fn by_intensity(view: &TrustView) -> Vec<&Arc<Footprint>> {
    let mut schools: Vec<_> = view.schools.iter().collect();
    let intensity = |school: &Footprint| school.tonnes_per_pupil().unwrap_or(-1.0);
    schools.sort_by(|a, b| intensity(b).total_cmp(&intensity(a)));
    schools
}

fn row(school: &Footprint, view: &TrustView, scale: f64) -> Markup {
    let address = format!("/schools/{}?period={}", school.urn, school.period.key());
    let mark = is_a_year(school.period).then_some(view.baseline().tco2e_per_pupil);
    let pupils = school
        .pupils_in_ratio()
        .map(|pupils| format!("{} pupils", format::pupils(pupils)));
    html! {
        tr role="row" {
            th role="rowheader" scope="row" {
                a href=(address) { (school.school) }
                small .soft {
                    (format::phase(school.phase)) ", " (pupils.unwrap_or_else(|| "no pupil count".to_owned()))
                }
                (membership(school))
                @if let Some(lacks) = school.sufficiency.sentence() { small .warn { (lacks) } }
                @if let Some(lack) = school.lacks.first() {
                    small .warn {
                        "Incomplete: " (lack.to_string())
                        @if school.lacks.len() > 1 { ", and " (school.lacks.len() - 1) " more" }
                    }
                }
            }
            td role="cell" data-label="tCO\u{2082}e per pupil" {
                @match school.tonnes_per_pupil() {
                    Some(intensity) => {
                        (format!("{intensity:.3}"))
                        (charts::mini(intensity, scale, mark))
                        (at_baseline(school, view))
                    }
                    None if !school.sufficiency.is_enough() => {
                        (parts::not_enough_data())
                        @if let Some(partial) = school.partial_tonnes_per_pupil() {
                            small .soft { (format!("{partial:.3}")) " of what came" }
                        }
                    }
                    None => (parts::no_data()),
                }
            }
            td role="cell" data-label="Energy by month" { (charts::spark(school)) }
            td .n role="cell" data-label="Coverage" { (parts::coverage(&school.coverage)) }
            td .n role="cell" data-label="Waste recycled" {
                (parts::or_no_data(school.waste.recycling_ratio().map(|ratio| format::percent(ratio, 0))))
                (super::waste::unknown_share(&school.waste))
            }
            td role="cell" data-label="STARS level" {
                (stars::tag(school.travel.stars.as_ref().map(|stars| stars.level)))
            }
            td role="cell" data-label="Last reading" {
                @match school.coverage.last_reading {
                    Some(last) => {
                        @let (day, time) = format::ended(last);
                        time .when datetime=(last.to_rfc3339()) { (day) " " small .soft { (time) } }
                        @if is_late(school) { small .warn { "late" } }
                    }
                    None => (parts::no_data()),
                }
            }
        }
    }
}

/// Whether the last reading is more than two days older than the figures: suppliers usually send a day late, not three.
fn is_late(school: &Footprint) -> bool {
    let until = passed(school.period).to - chrono::Duration::days(2);
    let last = school.coverage.last_reading.map(|last| last.date_naive());
    is_current(school) && last.is_some_and(|last| last < until)
}

/// In a year that is over, no reading counts as late.
fn is_current(school: &Footprint) -> bool {
    passed(school.period).to.succ_opt() == Some(school.period.as_of())
}

/// The remark on a school that was not a member all the time: its figures cover fewer days than the others'.
pub(super) fn membership(school: &Footprint) -> Markup {
    let days = passed(school.period);
    let member = school.member.and(days);
    html! {
        @if member.from > days.from {
            small .warn { "In the trust since " (format::short_day(member.from)) ", so not a whole year" }
        }
        @if member.to < days.to {
            small .warn { "In the trust until " (format::short_day(member.to)) ", so not a whole year" }
        }
    }
}
