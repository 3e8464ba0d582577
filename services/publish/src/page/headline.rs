//! The headline: the intensity, its baseline, and the data behind it; or that there is not enough data for one, and what
//! is missing. Schools and trusts share it.

use footprint::{AtBaseline, Baseline, Coverage, Item, LeastCoverage, Line, Period};
use maud::{Markup, html};

use super::{charts, listing};
use crate::format;
use crate::rollup::{is_a_year, passed};

/// What a headline is made of.
pub(super) struct Headline<'a> {
    /// Tonnes CO2e per pupil; none if not known, and none without enough data.
    pub intensity: Option<f64>,
    /// The value from the data that arrived, if that is not enough data.
    pub partial: Option<f64>,
    /// The missing data, one clause each; empty if there is enough data.
    pub missing: Vec<String>,
    pub baseline: &'a Baseline,
    /// The intensity at the factors of the baseline.
    pub at_baseline: AtBaseline,
    pub period: Period,
    pub complete: bool,
    pub coverage: &'a Coverage,
    /// Lines with the factor of electricity, if there are any.
    pub lines: &'a [Line],
}

const UNIT: &str = "tCO\u{2082}e per pupil";

pub(super) fn headline(of: &Headline<'_>) -> Markup {
    html! {
        div {
            h2 { "Carbon intensity" }
            @if of.missing.is_empty() { (stated(of)) } @else { (not_enough_data(of)) }
            (coverage_note(of.coverage))
        }
    }
}

/// The figure as reported and at the factors of the baseline, and the baseline that both are compared with.
fn stated(of: &Headline<'_>) -> Markup {
    let unit = if of.period.is_whole() {
        UNIT.to_owned()
    } else {
        format!("{UNIT} so far")
    };
    let lacks = of.at_baseline.lacks();
    html! {
        div .sides {
            p .figure {
                @match of.intensity {
                    Some(intensity) => { strong { (format!("{intensity:.3}")) } " " span { (unit) ", as reported" } }
                    None => strong { "No data" },
                }
            }
            @if let (Some(_), AtBaseline::Whole { factor_year, tonnes_per_pupil }) = (of.intensity, &of.at_baseline) {
                p .figure {
                    strong { (format!("{tonnes_per_pupil:.3}")) } " "
                    span { "at the " (factor_year) " factors of the baseline" }
                }
            }
        }
        (verdict(of))
        @if let Some(intensity) = of.intensity.filter(|_| is_a_year(of.period)) {
            (charts::gauge(intensity, of.at_baseline.tonnes_per_pupil(), of.baseline.tco2e_per_pupil))
        }
        p .soft { "Baseline: " (format::typeset(&of.baseline.to_string())) "." }
        @if let (Some(_), Some(lacks)) = (of.intensity, lacks) {
            p .soft {
                (format::capital(&format::typeset(&lacks))) "."
                @if let Some(caveat) = factor_caveat(of.lines) { " " (caveat) }
            }
        }
    }
}

/// What is missing, and beside it, in small type, the figure over the data that arrived.
fn not_enough_data(of: &Headline<'_>) -> Markup {
    html! {
        p .figure.lacking { strong { "Not enough data" } }
        p .verdict { (format::capital(&of.missing.join("; "))) "." }
        @if let Some(partial) = of.partial {
            p .soft {
                "What has come makes " (format!("{partial:.3}")) " " (UNIT) ". That is a part of the use, so it is not compared with \
                 the baseline of " (of.baseline.tco2e_per_pupil) "."
            }
        }
    }
}

/// Shown below the headline: how much data each meter or school lacks, and how much a figure needs.
pub(super) fn missing(heading: &str, details: &[String], least: LeastCoverage) -> Markup {
    let (shown, more) = listing::first(details);
    let list =
        html! { ul { @for detail in shown { li { (format::capital(detail)) "." } } } (more) };
    html! {
        @if !details.is_empty() {
            div .note {
                @if details.len() <= 4 {
                    h2 { (heading) }
                    (list)
                } @else {
                    details {
                        summary { (heading) }
                        (list)
                    }
                }
                p { (least.rule()) }
            }
        }
    }
}

/// An intensity against its baseline, as reported and at constant factors, in a sentence.
fn verdict(of: &Headline<'_>) -> Markup {
    let baseline = of.baseline.tco2e_per_pupil;
    let Some(intensity) = of.intensity else {
        return html! { p .verdict { "There is no figure to compare with the baseline of " (baseline) "." } };
    };
    if !is_a_year(of.period) {
        let (done, all) = (passed(of.period).count(), of.period.days().count());
        return html! {
            p .verdict {
                (done) " of " (all) " days have passed. The baseline of " (baseline)
                " is for a whole year, so the two are not compared."
            }
        };
    }
    let constant = of.at_baseline.tonnes_per_pupil();
    let over = difference(intensity, baseline) > 0.0
        || constant.is_some_and(|constant| difference(constant, baseline) > 0.0);
    html! {
        p class=(if over { "verdict over" } else { "verdict" }) {
            b { (difference_text(intensity, baseline)) } " the " (baseline) " baseline as reported"
            @if let Some(constant) = constant {
                ", " b { (difference_text(constant, baseline)) } " it at constant factors"
            }
            @if !of.complete { ", on incomplete figures" }
        }
    }
}

/// How far a figure is from the baseline, as a share of it; a difference under half a hundredth is shown as level.
fn difference(figure: f64, baseline: f64) -> f64 {
    let difference = figure / baseline - 1.0;
    if difference.abs() < 0.005 {
        0.0
    } else {
        difference
    }
}

fn difference_text(figure: f64, baseline: f64) -> String {
    let difference = difference(figure, baseline);
    let percent = format::percent(difference.abs(), 0);
    match () {
        () if difference == 0.0 => "level with".to_owned(),
        () if difference < 0.0 => format!("{percent} below"),
        () => format!("{percent} above"),
    }
}

/// The sentence about the data behind a headline.
fn coverage_note(coverage: &Coverage) -> Markup {
    html! {
        p .soft {
            @match coverage.ratio() {
                Some(ratio) => {
                    "Rests on " (format::percent(ratio, 1)) " of the half-hours expected"
                    @if let Some(estimated) = coverage.estimated_ratio().filter(|ratio| *ratio > 0.0) {
                        ", " (format::percent(estimated, 1)) " of them estimated"
                    }
                    ". "
                }
                None => "No half-hours are expected. ",
            }
            @match coverage.last_reading {
                Some(last) => { "As of " time datetime=(last.to_rfc3339()) { (format::instant(last)) } "." }
                None => "No reading has come yet.",
            }
        }
    }
}

/// The caveat for a baseline of earlier years beside a year that is priced with factors of 2026 or later: a fall by
/// factor is not a saving. [DESNZ-2026]
fn factor_caveat(lines: &[Line]) -> Option<String> {
    let electricity = lines.iter().filter(|line| line.item == Item::Electricity);
    let mut prices = electricity.filter_map(|line| line.price.as_ref());
    prices.find(|price| price.year >= 2026).map(|price| {
        format!(
            "Electricity is priced at {} kg CO\u{2082}e per kWh. Its factor fell in 2026, partly by a change of method: what that \
             takes off the intensity is not a saving.",
            price.factor
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn a_fall_by_the_factor_of_2026_is_not_left_to_be_taken_for_a_saving() {
        let mut lines = fixtures::school(0).lines;
        let price_of = |lines: &mut Vec<Line>, year, factor| {
            let line = lines.iter_mut().find(|line| line.item == Item::Electricity);
            let price = line.and_then(|line| line.price.as_mut()).unwrap();
            (price.year, price.factor) = (year, factor);
        };
        price_of(&mut lines, 2025, 0.177);
        assert_eq!(factor_caveat(&lines), None);
        price_of(&mut lines, 2026, 0.13096);
        let caveat = factor_caveat(&lines).unwrap();
        assert!(
            caveat.contains("0.13096") && caveat.contains("not a saving"),
            "{caveat}"
        );
        assert_eq!(factor_caveat(&[]), None);
    }

    #[test]
    fn the_intensity_stands_as_reported_and_at_the_factors_of_the_baseline() {
        let footprint_store = crate::footprint_store::FootprintStore::of(fixtures::footprints());
        let page = |targets: footprint::Targets| {
            let view = footprint_store
                .view(fixtures::TRUST, "2025-26", targets)
                .unwrap();
            super::super::trust::page(&view, &[], false, listing::Wanted::default(), None).0
        };
        let both = page(fixtures::settings().targets());
        for part in [
            "tCO\u{2082}e per pupil, as reported",
            "at the 2025 factors of the baseline",
            "baseline as reported, <b>",
            "</b> it at constant factors",
            "Baseline: 0.24 tCO\u{2082}e per pupil (2024/25, statutory gross, 2025 factors).",
            "Below each intensity is the same at the 2025 factors of the baseline.",
        ] {
            assert!(both.contains(part), "{part}");
        }
        let alone = page(0.24.into());
        assert!(alone.contains(
            "Not comparable at constant factors: the baseline does not say its factors."
        ));
        assert!(alone.contains("its year, scope and factors are not stated"));
        assert!(
            !alone.contains("at constant factors</b>")
                && !alone.contains(" it at constant factors")
        );
    }
}
