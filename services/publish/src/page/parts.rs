//! Elements shared by several pages.

use footprint::{Coverage, Period};
use maud::{Markup, html};

use crate::format;
use crate::rollup::passed;

/// "no data": shown where nothing is known.
pub(super) fn no_data() -> Markup {
    html! { span .none { "no data" } }
}

/// Shown where too little data has arrived for a figure.
pub(super) fn not_enough_data() -> Markup {
    html! { span .none { "not enough data" } }
}

pub(super) fn or_no_data(text: Option<String>) -> Markup {
    text.map_or_else(no_data, |text| html! { (text) })
}

/// Links to the available periods, with the current one marked.
pub(super) fn periods(address: &str, available: &[Period], shown: Period) -> Markup {
    html! {
        nav .periods aria-label="Period" {
            ul {
                @for period in available {
                    @let current = (period.key() == shown.key()).then_some("page");
                    li {
                        a href=(format!("{address}?period={}", period.key())) aria-current=[current] {
                            @match period {
                                Period::Trailing { .. } => "Last 12 months",
                                Period::AcademicYear { .. } => (period.label()),
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `12 months to 21 November 2026`, or `2026/27 so far, 1 September to 21 November 2026`.
pub(super) fn period_sentence(period: Period) -> String {
    let days = passed(period);
    match period {
        Period::Trailing { .. } => period.label(),
        Period::AcademicYear { .. } => {
            format!(
                "{}: {} to {}",
                period.label(),
                format::day(days.from),
                format::day(days.to)
            )
        }
    }
}

/// How much of the data arrived, for a cell or a figure.
pub(super) fn coverage(coverage: &Coverage) -> Markup {
    let Some(ratio) = coverage.ratio() else {
        return no_data();
    };
    let estimated = coverage.estimated_ratio().filter(|ratio| *ratio > 0.0);
    html! {
        (format::percent(ratio, 1))
        @if let Some(ratio) = estimated {
            small { (format::percent(ratio, 1)) " estimated" }
        }
    }
}

/// Why the voluntary total is not complete.
pub(super) fn incomplete_voluntary(reasons: &[String]) -> Markup {
    html! {
        @if !reasons.is_empty() {
            details {
                summary { "The voluntary total is not complete, for " (format::counted(reasons.len(), "reason")) }
                ul { @for reason in reasons { li { (reason) } } }
            }
        }
    }
}

/// Why figures are not complete.
pub(super) fn incomplete(reasons: &[String]) -> Markup {
    let list = html! { ul { @for reason in reasons { li { (reason) } } } };
    html! {
        @if !reasons.is_empty() {
            div .note {
                @if reasons.len() <= 4 {
                    h2 { "These figures are not complete" }
                    (list)
                } @else {
                    details {
                        summary { "These figures are not complete, for " (reasons.len()) " reasons" }
                        (list)
                    }
                }
            }
        }
    }
}

/// Notes for the reader beside the figures.
pub(super) fn notes(notes: &[String]) -> Markup {
    html! {
        @if !notes.is_empty() {
            div .note.plain {
                h2 { "Notes" }
                ul { @for note in notes { li { (note) } } }
            }
        }
    }
}

/// A share as a bar of one hundred.
pub(super) fn bar(share: f64, class: &str, description: &str) -> Markup {
    let width = share.clamp(0.0, 1.0) * 100.0;
    html! {
        svg .bar viewBox="0 0 100 8" preserveAspectRatio="none" role="img" {
            title { (description) }
            rect .track width="100" height="8" rx="1" {}
            rect class=(class) width=(format!("{width:.1}")) height="8" rx="1" {}
        }
    }
}

/// Grams as kilograms or tonnes.
pub(super) fn weight(grams: i64) -> String {
    if grams >= 10_000_000 {
        format!("{} t", format::decimal(grams as f64 / 1e6, 1))
    } else {
        format!("{} kg", format::decimal(grams as f64 / 1e3, 0))
    }
}

/// Milligrams as tonnes, as fine as they are worth reading.
pub(super) fn tonnes(co2e: events::MilligramsCo2e) -> String {
    let tonnes = co2e.tonnes();
    format::decimal(tonnes, if tonnes.abs() < 10.0 { 2 } else { 1 })
}
