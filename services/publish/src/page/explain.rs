//! Why a figure has its value: from the figure down to the events, one page per step.

mod days;
mod events;
mod figure;
mod half_hours;
mod lines;
mod link;
mod meters;

#[cfg(test)]
mod tests;

use footprint::Footprint;
use maud::{Markup, html};

use super::{layout, parts};
use crate::explain::{Check, Explanation};
use crate::format;
use crate::rollup::passed;

use link::To;
pub(super) use link::{link, of_meter};

/// The answer to one question; `sees_trust` means that its reader may open the trust's page.
pub(super) fn page(school: &Footprint, explanation: &Explanation, sees_trust: bool) -> Markup {
    let body = html! {
        div .title {
            h1 { "Explain: " (words_of(&explanation.figure.label)) (deeper(explanation)) }
            p { (explanation.school) ", URN " (explanation.urn) ". " (parts::period_sentence(school.period)) "." (counted(school, explanation)) }
        }
        @if has_details(explanation) { (figure::in_short(explanation)) }
        @else {
            (figure::headline(explanation))
            (parts::incomplete(&explanation.incomplete))
            (figure::parts(explanation))
            (lines::section(explanation))
        }
        (meters::section(explanation))
        (events::section(explanation))
        (checks(&explanation.checks))
        @if !has_details(explanation) { (parts::notes(&explanation.notes)) }
        (other_figures(explanation))
    };
    layout::page(
        &format!(
            "Explain: {}, {}",
            explanation.figure.label, explanation.school
        ),
        &trail(school, explanation, sees_trust),
        body,
    )
}

/// Whether the question goes below the figure: to a meter, a month or a day.
fn has_details(explanation: &Explanation) -> bool {
    let question = &explanation.question;
    question.meter.is_some() || question.month.is_some() || question.day.is_some()
}

/// The days that count, if they differ from those of the period.
fn counted(school: &Footprint, explanation: &Explanation) -> Markup {
    html! {
        @if explanation.counted.from != school.period.days().from || explanation.counted.to != passed(school.period).to {
            " Period: " (format::day(explanation.counted.from)) " to " (format::day(explanation.counted.to)) "."
        }
    }
}

/// The label as it follows a colon in a heading.
fn words_of(label: &str) -> String {
    let mut letters = label.chars();
    match letters.next() {
        // `LPG` is not lowercased.
        Some(first) if !letters.as_str().starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => label.to_owned(),
    }
}

/// The level of detail below the figure.
fn deeper(explanation: &Explanation) -> String {
    let question = &explanation.question;
    let meter = question.meter.as_ref().map(|meter| format!(", {meter}"));
    let when = match (question.day, &question.month) {
        (Some(day), _) => Some(format!(", {}", format::day(day))),
        (None, Some(month)) => Some(format!(", {}", format::month(month))),
        (None, None) => None,
    };
    meter.into_iter().chain(when).collect()
}

/// The navigation path: the trust, the school, and every step down to this page except the last.
fn trail(school: &Footprint, explanation: &Explanation, sees_trust: bool) -> Vec<(String, String)> {
    let question = &explanation.question;
    let period = &explanation.period;
    let of_trust = sees_trust.then(|| {
        let address = format!("/trusts/{}?period={period}", school.trust.id);
        (school.trust.name.clone(), address)
    });
    let mut trail: Vec<_> = of_trust.into_iter().collect();
    trail.push((
        school.school.clone(),
        format!("/schools/{}?period={period}", school.urn),
    ));
    let mut to = To::figure(school, &question.figure);
    let mut steps = vec![(
        format!("Explain: {}", words_of(&explanation.figure.label)),
        to.address(),
    )];
    if let Some(meter) = &question.meter {
        to = to.meter(meter);
        steps.push((meter.clone(), to.address()));
    }
    let month = match question.day {
        Some(day) => Some(day.format("%Y-%m").to_string()),
        None => question.month.clone(),
    };
    if let Some(month) = month {
        to = to.month(&month);
        steps.push((format::month(&month), to.address()));
    }
    if question.day.is_none() {
        steps.pop();
    }
    trail.extend(steps);
    trail
}

/// Whether the ledger's rows agree with the figure.
fn checks(checks: &[Check]) -> Markup {
    html! {
        @for check in checks {
            @if check.agrees {
                p .soft {
                    "Checked against the ledger: " (check.what) ", are " (exact(check.ledger.decimal(), &check.unit))
                    ", exactly what the figure has."
                }
            } @else {
                div .note {
                    p {
                        "The figure has " (exact(check.figure.decimal(), &check.unit)) "; in the ledger " (check.what)
                        ", are " (exact(check.ledger.decimal(), &check.unit))
                        ". New readings take some seconds to be in both."
                    }
                }
            }
        }
    }
}

/// With the stored precision: no digit is rounded away.
fn exact(value: f64, unit: &str) -> String {
    let text = format::decimal(value, 6);
    let short = text.trim_end_matches('0').trim_end_matches('.');
    format!("{short} {unit}")
}

fn other_figures(explanation: &Explanation) -> Markup {
    let to = |figure: &str| To::of(explanation).figure_named(figure).address();
    html! {
        section aria-labelledby="others" {
            h2 #others { "Other figures of this school" }
            ul .figures {
                @for figure in &explanation.figures {
                    li {
                        @let current = (figure.name == explanation.question.figure && !has_details(explanation)).then_some("page");
                        a rel="nofollow" href=(to(&figure.name)) aria-current=[current] { (figure.label) }
                    }
                }
            }
            p .soft {
                a rel="nofollow" href=(To::of(explanation).deep(explanation).api_address()) { "This answer as JSON" }
            }
        }
    }
}
