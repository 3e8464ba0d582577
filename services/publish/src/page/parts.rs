//! Pieces that several pages have.

use footprint::{Coverage, Line, Period};
use maud::{Markup, html};

use super::charts;
use crate::rollup::{is_a_year, passed};
use crate::words;

/// "no data": what is shown where nothing is known.
pub(super) fn no_data() -> Markup {
    html! { span .none { "no data" } }
}

pub(super) fn or_no_data(text: Option<String>) -> Markup {
    text.map_or_else(no_data, |text| html! { (text) })
}

/// Links to the periods that are held, the one shown marked.
pub(super) fn periods(address: &str, held: &[Period], shown: Period) -> Markup {
    html! {
        nav .periods aria-label="Period" {
            ul {
                @for period in held {
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
                words::day(days.from),
                words::day(days.to)
            )
        }
    }
}

/// How much of the data came, as a cell or a figure has it.
pub(super) fn coverage(coverage: &Coverage) -> Markup {
    let Some(ratio) = coverage.ratio() else {
        return no_data();
    };
    let estimated = coverage.estimated_ratio().filter(|ratio| *ratio > 0.0);
    html! {
        (words::percent(ratio, 1))
        @if let Some(ratio) = estimated {
            small { (words::percent(ratio, 1)) " of it estimated" }
        }
    }
}

/// The sentence a headline rests on.
fn rests_on(coverage: &Coverage) -> Markup {
    html! {
        p .soft {
            @match coverage.ratio() {
                Some(ratio) => {
                    "Rests on " (words::percent(ratio, 1)) " of the half-hours expected"
                    @if let Some(estimated) = coverage.estimated_ratio().filter(|ratio| *ratio > 0.0) {
                        ", " (words::percent(estimated, 1)) " of them estimated"
                    }
                    ". "
                }
                None => "No half-hours are expected. ",
            }
            @match coverage.last_reading {
                Some(last) => { "As of " time datetime=(last.to_rfc3339()) { (words::instant(last)) } "." }
                None => "No reading has come yet.",
            }
        }
    }
}

/// What a baseline of earlier years has to be told beside a year that is priced with factors of 2026 or later: a fall by
/// factor is not a saving. [DESNZ-2026]
fn not_a_saving(lines: &[Line]) -> Option<String> {
    let electricity = lines.iter().find(|line| line.item == "electricity");
    let price = electricity.and_then(|line| line.price.as_ref())?;
    (price.year >= 2026).then(|| {
        format!(
            "Electricity is priced at {} kg CO\u{2082}e per kWh. Its factor fell in 2026, largely by a change of method: what that \
             takes off the intensity is not a saving.",
            price.factor
        )
    })
}

/// The headline: the intensity, against its baseline, and what it rests on. A school's and a trust's are alike.
pub(super) fn headline(
    intensity: Option<f64>,
    baseline: f64,
    period: Period,
    complete: bool,
    rests_on_data: &Coverage,
    lines: &[Line],
) -> Markup {
    let unit = if period.is_whole() {
        "tCO\u{2082}e per pupil"
    } else {
        "tCO\u{2082}e per pupil so far"
    };
    html! {
        div {
            h2 { "Carbon intensity" }
            p .figure {
                @match intensity {
                    Some(intensity) => { strong { (format!("{intensity:.3}")) } " " span { (unit) } }
                    None => strong { "No data" },
                }
            }
            (verdict(intensity, baseline, period, complete))
            @if let Some(intensity) = intensity.filter(|_| is_a_year(period)) {
                (charts::gauge(intensity, baseline))
                @if intensity < baseline && let Some(said) = not_a_saving(lines) { p .soft { (said) } }
            }
            (rests_on(rests_on_data))
        }
    }
}

/// An intensity against its baseline, in a sentence.
fn verdict(intensity: Option<f64>, baseline: f64, period: Period, complete: bool) -> Markup {
    let Some(intensity) = intensity else {
        return html! { p .verdict { "There is no figure to hold against the baseline of " (baseline) "." } };
    };
    if !is_a_year(period) {
        let (done, all) = (passed(period).count(), period.days().count());
        return html! {
            p .verdict {
                (done) " of " (all) " days have passed. The baseline of " (baseline)
                " is for a whole year, so the two are not compared."
            }
        };
    }
    let apart = intensity / baseline - 1.0;
    let percent = words::percent(apart.abs(), 0);
    let (class, words) = match () {
        () if apart.abs() < 0.005 => ("verdict", "level with".to_owned()),
        () if apart < 0.0 => ("verdict", format!("{percent} below")),
        () => ("verdict over", format!("{percent} above")),
    };
    html! {
        p class=(class) {
            b { (words) } " the " (baseline) " baseline"
            @if !complete { ", on incomplete figures" }
        }
    }
}

/// Why the voluntary total is not complete.
pub(super) fn incomplete_voluntary(reasons: &[String]) -> Markup {
    html! {
        @if !reasons.is_empty() {
            details {
                summary { "The voluntary total is not complete, for " (words::counted(reasons.len(), "reason")) }
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

/// What a reader has to be told beside the figures.
pub(super) fn notes(notes: &[String]) -> Markup {
    html! {
        @if !notes.is_empty() {
            div .note.plain {
                h2 { "Beside the figures" }
                ul { @for note in notes { li { (note) } } }
            }
        }
    }
}

/// A share as a bar of one hundred.
pub(super) fn bar(share: f64, class: &str, said: &str) -> Markup {
    let width = share.clamp(0.0, 1.0) * 100.0;
    html! {
        svg .bar viewBox="0 0 100 8" preserveAspectRatio="none" role="img" {
            title { (said) }
            rect .track width="100" height="8" rx="1" {}
            rect class=(class) width=(format!("{width:.1}")) height="8" rx="1" {}
        }
    }
}

/// Grams as kilograms or tonnes.
pub(super) fn weight(grams: i64) -> String {
    if grams >= 10_000_000 {
        format!("{} t", words::decimal(grams as f64 / 1e6, 1))
    } else {
        format!("{} kg", words::decimal(grams as f64 / 1e3, 0))
    }
}

/// Milligrams as tonnes, as fine as they are worth reading.
pub(super) fn tonnes(co2e: events::MilligramsCo2e) -> String {
    let tonnes = co2e.tonnes();
    words::decimal(tonnes, if tonnes.abs() < 10.0 { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn a_fall_by_the_factor_of_2026_is_not_left_to_be_taken_for_a_saving() {
        let mut lines = made_up::school(0).lines;
        let price_of = |lines: &mut Vec<Line>, year, factor| {
            let line = lines.iter_mut().find(|line| line.item == "electricity");
            let price = line.and_then(|line| line.price.as_mut()).unwrap();
            (price.year, price.factor) = (year, factor);
        };
        price_of(&mut lines, 2025, 0.177);
        assert_eq!(not_a_saving(&lines), None);
        price_of(&mut lines, 2026, 0.13096);
        let said = not_a_saving(&lines).unwrap();
        assert!(
            said.contains("0.13096") && said.contains("not a saving"),
            "{said}"
        );
        assert_eq!(not_a_saving(&[]), None);
    }
}
