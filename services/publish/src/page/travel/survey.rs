//! Surveys as tables.

use std::collections::BTreeSet;

use events::{Audience, Mode};
use footprint::stars::Response;
use maud::{Markup, html};

use super::{group_name, share};
use crate::format;
use crate::page::parts;
use crate::travel::{Survey, Travel};
use footprint::disclosure::{Answers, GROUPS, Group};

/// How an audience travels and would like to travel.
pub(super) fn table(audience: Audience, survey: &Survey<'_>, response: Option<Response>) -> Markup {
    let people = format::label(&format::snake(audience)).to_lowercase();
    html! {
        div {
            h3 { "How " (people) " come" }
            @if survey.responses.count().is_none() {
                p { "Too few answers to publish without revealing how individuals travel." }
            } @else {
                p .soft {
                    @if let Some(days) = survey.figures.asked {
                        "Asked " (format::short_day(days.from))
                        @if days.to != days.from { " to " (format::short_day(days.to)) }
                        ". "
                    }
                    (survey.responses.text()) " answers"
                    @if let Some((percent, response)) = response.and_then(|response| Some((response.percent()?, response))) {
                        ", " (percent) "% of all " (people) "; STARS asks for " (response.need_percent) "%"
                    }
                    ". The upper bar is how they travel, the lower how they would prefer to."
                    @if withholds_any(survey) {
                        " Withheld: counts under five, and those from which they could be worked out."
                    }
                }
                table {
                    thead { tr { th scope="col" { "Mode" } th .n scope="col" { "Travel" } td {} th .n scope="col" { "Would prefer" } } }
                    tbody {
                        @for group in GROUPS { (group_row(group, survey)) }
                        @for mode in modes(survey) { (mode_row(mode, survey)) }
                    }
                }
            }
        }
    }
}

fn modes(survey: &Survey<'_>) -> BTreeSet<Mode> {
    let (current, preferred) = (&survey.current.counts, &survey.preferred.counts);
    current.keys().chain(preferred.keys()).copied().collect()
}

fn withholds_any(survey: &Survey<'_>) -> bool {
    let counts = [&survey.current, &survey.preferred].map(|answers| answers.counts.values());
    counts
        .into_iter()
        .flatten()
        .any(|shown| shown.count().is_none())
}

fn group_row(group: Group, survey: &Survey<'_>) -> Markup {
    let of = |answers: &Answers| answers.shares.get(&group).copied();
    let (current, preferred) = (of(&survey.current), of(&survey.preferred));
    html! {
        tr .sum {
            th scope="row" {
                (group_name(group))
                small .soft { (what_is_in(group)) }
                @if let Some(gap) = survey.wish_gap(group) {
                    small .soft { (wish(gap)) }
                }
            }
            td .n { (share(current, !survey.current.counts.is_empty())) }
            td { (bars(current, preferred)) }
            td .n { (share(preferred, !survey.preferred.counts.is_empty())) }
        }
    }
}

fn what_is_in(group: Group) -> &'static str {
    match group {
        Group::Active => "walk, scoot, cycle",
        Group::Sustainable => "and share a car, park and stride, bus, train",
        Group::Car => "",
    }
}

fn mode_row(mode: Mode, survey: &Survey<'_>) -> Markup {
    // A mode without answers is shown as 0 if the question was asked.
    let text = |answers: &Answers| {
        let shown = answers.counts.get(&mode);
        let has_answers = !answers.counts.is_empty();
        let text = shown.map_or_else(|| "0".to_owned(), |shown| shown.text());
        parts::or_no_data(has_answers.then_some(text))
    };
    let of = |answers: &Answers, all: u32| {
        let count = answers.counts.get(&mode)?.count()?;
        (all > 0).then(|| f64::from(count) / f64::from(all))
    };
    let current = of(&survey.current, survey.figures.responses);
    let preferred = of(&survey.preferred, survey.figures.preferred_responses());
    html! {
        tr {
            th scope="row" { (format::label(&format::snake(mode))) }
            td .n { (text(&survey.current)) }
            td { (bars(current, preferred)) }
            td .n { (text(&survey.preferred)) }
        }
    }
}

/// `30 points more would like to`
fn wish(gap: f64) -> String {
    let points = format::decimal(gap.abs() * 100.0, 0);
    match gap < 0.0 {
        true => format!("{points} points fewer would like to"),
        false => format!("{points} points more would like to"),
    }
}

fn bars(current: Option<f64>, preferred: Option<f64>) -> Markup {
    html! {
        @if let Some(current) = current {
            (parts::bar(current, "leaf", &format!("{} travel so", format::percent(current, 0))))
        }
        @if let Some(preferred) = preferred {
            (parts::bar(preferred, "other", &format!("{} would prefer to", format::percent(preferred, 0))))
        }
    }
}

/// What has changed since the earliest survey known.
pub(super) fn shifts(travel: &Travel<'_>) -> Markup {
    let shifts = travel
        .shifts
        .iter()
        .filter(|(_, shift)| !shift.relative.is_empty());
    let shifts: Vec<_> = shifts.collect();
    html! {
        @if !shifts.is_empty() { div {
            h3 { "What has changed" }
            p .soft {
                "Against the earliest survey of the four academic years before, as STARS counts it: a change is a part of "
                "what the share was then."
            }
            div .scroll.short role="region" aria-label="Change of shares" tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Who, and how" }
                            th .n scope="col" { "Then" }
                            th .n scope="col" { "Now" }
                            th .n scope="col" { "Change" }
                        }
                    }
                    tbody {
                        @for (audience, shift) in shifts {
                            @for (group, relative) in &shift.relative {
                                @let of = |survey: Option<&Survey<'_>>| survey.and_then(|survey| survey.current.shares.get(group).copied());
                                @let then = travel.earlier.get(&shift.since).and_then(|of_year| of_year.get(audience));
                                tr {
                                    th scope="row" {
                                        (format::label(&format::snake(audience))) ": " (group_name(*group).to_lowercase())
                                        small .soft { "since " (shift.since) }
                                    }
                                    td .n { (share(of(then), false)) }
                                    td .n { (share(of(travel.surveys.get(audience)), false)) }
                                    td .n { (format::signed_percent(*relative, 1)) }
                                }
                            }
                        }
                    }
                }
            }
        } }
    }
}
