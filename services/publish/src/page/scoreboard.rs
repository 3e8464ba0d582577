//! The scoreboard of the trust's plan: a summary on the trust's page, a separate page with every school, and each
//! school's part on its own page. A state is a sign and a word, so that readers need not distinguish colours.

use std::sync::Arc;

use footprint::{
    DecidedBy, EvidenceScore, EvidenceState, Footprint, KpiScore, Period, SchoolScore,
    TargetVerdict,
};
use maud::{Markup, html};

use super::listing::{List, Shown, Wanted};
use super::{layout, parts};
use crate::format;
use crate::page::explain;
use crate::rollup::TrustView;

/// The targets of a trust, each with its state and why.
pub(super) fn section(view: &TrustView) -> Markup {
    let board = view.scoreboard();
    let address = format!(
        "/trusts/{}/scoreboard?period={}",
        view.trust.id,
        view.period.key()
    );
    html! {
        section aria-labelledby="scoreboard" {
            h2 #scoreboard { "Scoreboard" }
            p .soft {
                "The targets of the trust\u{2019}s plan, as of " (format::day(board.last_day)) ", held against what is set for "
                (board.target_year) ". " a href=(address) { "School by school, with the evidence" } "."
            }
            (targets(&board.kpis))
        }
    }
}

/// The page of the scoreboard; `wanted` are the schools to show. The targets and their counts are of all schools.
pub(super) fn page(view: &TrustView, periods: &[Period], wanted: Wanted<'_>) -> Markup {
    let board = view.scoreboard();
    let of_trust = format!("/trusts/{}", view.trust.id);
    let address = format!("{of_trust}/scoreboard");
    let body = html! {
        div .title {
            h1 { "Scoreboard" }
            p {
                (parts::period_sentence(view.period)) ". Held against what is set for " (board.target_year)
                "; evidence counts if it is in force on " (format::day(board.last_day)) "."
            }
            (parts::periods(&address, periods, view.period))
        }
        section aria-labelledby="targets" {
            h2 #targets { "The plan\u{2019}s targets" }
            (targets(&board.kpis))
        }
        section aria-labelledby="matrix" {
            h2 #matrix { "School by school" }
            p .soft {
                "Met: the evidence shows it. Not met: there is evidence, and it falls short. Not evidenced: \
                 there is no evidence, or too little to be sure. A carbon intensity that meets its target as reported \
                 and not at the factors of the baseline is met as reported only: the factors fell, not the emissions."
            }
            (matrix(&board.kpis, view, &address, wanted))
        }
        section aria-labelledby="evidence" {
            h2 #evidence { "What was filed for the trust" }
            @for kpi in board.kpis.iter().filter(|kpi| !kpi.evidence.is_empty()) {
                h3 { (kpi.number) ". " (kpi.title) }
                (evidence(&kpi.evidence))
            }
            @if board.kpis.iter().all(|kpi| kpi.evidence.is_empty()) { p { "Nothing has been filed." } }
        }
        p .soft {
            a href=(format!("/api/v1{address}?period={}", view.period.key())) { "This scoreboard as JSON" }
        }
    };
    let back = format!("{of_trust}?period={}", view.period.key());
    let title = format!("Scoreboard, {}", view.trust.name);
    layout::page(&title, &[(view.trust.name.clone(), back)], body)
}

/// A school's own part: the targets that apply to schools.
pub(super) fn of_school(view: &TrustView, urn: events::Urn) -> Markup {
    let board = view.scoreboard();
    let scores = board
        .kpis
        .iter()
        .filter_map(|kpi| Some((kpi, kpi.of_school(urn)?)));
    let footprint = view.schools.iter().find(|school| school.urn == urn);
    html! {
        section aria-labelledby="scoreboard" {
            h2 #scoreboard { "Scoreboard" }
            p .soft { "The targets of the trust\u{2019}s plan that apply to a school, as of " (format::day(board.last_day)) "." }
            div .scroll.wide role="region" aria-labelledby="scoreboard" tabindex="0" {
                table {
                    thead { tr { th scope="col" { "Target" } th scope="col" { "State" } th scope="col" { "Why" } th scope="col" { "Filed" } } }
                    tbody {
                        @for (kpi, school) in scores {
                            tr {
                                th scope="row" {
                                    (kpi.number) ". " (kpi.title)
                                    @if kpi.decided_by == DecidedBy::Trust { small .soft { "asked of the trust; the school for information" } }
                                }
                                td { (state(school.verdict)) }
                                td { (format::typeset(&school.why.to_string())) }
                                td {
                                    @if school.evidence.is_empty() { "\u{2013}" } @else { (evidence(&school.evidence)) }
                                    @if let Some(of) = footprint.filter(|_| !school.evidence.is_empty()) {
                                        (explain::link(of, &format!("evidence_{}", kpi.number)))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn targets(kpis: &[KpiScore]) -> Markup {
    html! {
        div .scroll.wide role="region" aria-label="The plan\u{2019}s targets" tabindex="0" {
            table .kpis {
                thead { tr { th scope="col" { "Target" } th scope="col" { "State" } th scope="col" { "Why" } } }
                tbody {
                    @for kpi in kpis {
                        tr {
                            th scope="row" { (kpi.number) ". " (kpi.title) small .soft { "Asked: " (format::typeset(&kpi.target)) } }
                            td { (state(kpi.verdict)) @if let Some(actual) = &kpi.actual { small .soft { (format::typeset(actual)) } } }
                            td { (format::typeset(&kpi.why.to_string())) }
                        }
                    }
                }
            }
        }
    }
}

/// A matrix with a row per school and a column per target that applies to schools.
fn matrix(kpis: &[KpiScore], view: &TrustView, path: &str, wanted: Wanted<'_>) -> Markup {
    let period = view.period.key();
    let list = List {
        path,
        period: Some(&period),
        id: "matrix",
        row: "school",
    };
    let schools: Vec<&Arc<Footprint>> = view.schools.iter().collect();
    let shown = Shown::of(schools, wanted, |school| {
        [school.school.clone(), school.urn.to_string()]
    });
    let school_kpis: Vec<&KpiScore> = kpis.iter().filter(|kpi| !kpi.schools.is_empty()).collect();
    html! {
        (shown.search(&list))
        div .scroll.wide role="region" aria-labelledby="matrix" tabindex="0" {
            table .matrix {
                thead {
                    tr {
                        th scope="col" { "School" }
                        @for kpi in &school_kpis { th scope="col" { (kpi.number) ". " (kpi.title) } }
                    }
                }
                tbody {
                    @for school in &shown.rows {
                        tr {
                            th scope="row" { a href=(format!("/schools/{}?period={period}#scoreboard", school.urn)) { (school.school) } }
                            @for kpi in &school_kpis { td { (cell(kpi.of_school(school.urn))) } }
                        }
                    }
                    tr .sum {
                        th scope="row" { "Met" }
                        @for kpi in &school_kpis { td { (kpi.tally().met) " of " (kpi.tally().all()) } }
                    }
                }
            }
        }
        (shown.links(&list))
    }
}

fn cell(score: Option<&SchoolScore>) -> Markup {
    html! {
        @match score {
            Some(score) => { (state(score.verdict)) small .soft { (format::typeset(&score.why.to_string())) } }
            None => (parts::no_data()),
        }
    }
}

/// A state as a sign and a word.
pub(super) fn state(verdict: TargetVerdict) -> Markup {
    let (class, sign) = match verdict {
        TargetVerdict::Met => ("state met", "\u{2713}"),
        TargetVerdict::MetAsReported | TargetVerdict::NotComparable => ("state open", "\u{2248}"),
        TargetVerdict::NotMet => ("state missed", "\u{2717}"),
        TargetVerdict::NotEvidenced => ("state open", "?"),
    };
    html! { span class=(class) { span aria-hidden="true" { (sign) } " " (verdict.name()) } }
}

fn evidence(filed: &[EvidenceScore]) -> Markup {
    html! {
        ul .filed {
            @for evidence in filed {
                li {
                    @match evidence.link.as_deref().filter(|link| is_web(link)) {
                        Some(link) => a href=(link) rel="noopener noreferrer" { (evidence.title) },
                        None => (evidence.title),
                    }
                    small .soft { (standing(evidence)) }
                }
            }
        }
    }
}

/// Whether a link is a web address. The text comes from the sender, so only a web address becomes a link.
fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

fn standing(evidence: &EvidenceScore) -> String {
    let kind = format::label(&format::snake(evidence.kind));
    let state = format::label(&format::snake(evidence.state)).to_lowercase();
    let until = match (evidence.state, evidence.expires) {
        (EvidenceState::InForce, Some(last)) => format!(" until {}", format::day(last)),
        (EvidenceState::Expired, Some(last)) => format!(" on {}", format::day(last)),
        _ => String::new(),
    };
    format!("{kind}, {}, {state}{until}", format::day(evidence.dated))
}

#[cfg(test)]
mod tests;
