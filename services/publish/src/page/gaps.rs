//! Findings about meters and what to do about them, and the estimates for gaps.

use events::kilowatt_hours;
use footprint::{Finding, FindingKind, Footprint, GapEstimate};
use maud::{Markup, html};

use super::{listing, parts};
use crate::format;
use crate::rollup::{Totals, TrustView};

/// The findings about the meters of a school, the latest first.
pub(super) fn findings(school: &Footprint) -> Markup {
    let mut findings: Vec<&Finding> = school.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.days));
    html! {
        @if !findings.is_empty() {
            div .note #findings {
                h2 { "To look at: " (counted(findings.len(), "finding")) }
                ul {
                    @for finding in findings {
                        li {
                            b { (title(finding.kind())) } ", " (school.meter_label(&finding.meter)) ": " (finding) ". "
                            span .soft { (what_to_do(finding.kind())) }
                        }
                    }
                }
            }
        }
    }
}

/// The estimates for the gaps of a school's meters, apart from every figure that counts.
pub(super) fn estimates(school: &Footprint) -> Markup {
    let totals = Totals::of([school]);
    html! {
        @if !school.estimates.is_empty() {
            div .note.plain #gaps {
                h2 { (missing_use(&totals)) }
                ul {
                    @for estimate in &school.estimates { (by_meter(school, estimate)) }
                    @if let Some(gross) = totals.gross_with_gap_estimate() {
                        li {
                            "With it the gross emissions would be " (parts::tonnes(gross))
                            " tCO\u{2082}e. The figures on this page count only the readings that came."
                        }
                    }
                }
            }
        }
    }
}

fn by_meter(school: &Footprint, estimate: &GapEstimate) -> Markup {
    html! {
        li {
            (school.meter_label(&estimate.meter)) ": "
            @if estimate.half_hours > 0 {
                (format::decimal(kilowatt_hours(estimate.energy), 0)) " kWh in "
                (counted(estimate.half_hours as usize, "half-hour")) " ("
                (estimate.method()) ")."
            } @else { "nothing to compare with (" (estimate.method()) ")." }
        }
    }
}

/// `Estimated missing use (not included): 1,234 kWh, 0.21 tCO2e`
fn missing_use(totals: &Totals) -> String {
    let Some((gaps, energy)) = totals.gaps.and_then(|gaps| Some((gaps, gaps.energy?))) else {
        return "The missing use cannot be estimated".to_owned();
    };
    let energy = format::decimal(kilowatt_hours(energy), 0);
    match gaps.co2e {
        Some(co2e) => format!(
            "Estimated missing use (not included): {energy} kWh, {} tCO\u{2082}e",
            parts::tonnes(co2e)
        ),
        None => format!("Estimated missing use (not included): {energy} kWh"),
    }
}

/// The schools of a trust whose meters need attention, and the estimates for its gaps.
pub(super) fn of_trust(view: &TrustView) -> Markup {
    let odd: Vec<&Footprint> = view
        .schools
        .iter()
        .map(AsRef::as_ref)
        .filter(|school| !school.findings.is_empty())
        .collect();
    let gaps = view.totals.gaps.is_some();
    html! {
        @if gaps || !odd.is_empty() {
            section aria-labelledby="meters" {
                h2 #meters { "Meters to look at" }
                @if gaps {
                    p {
                        (missing_use(&view.totals)) "."
                        @if let Some(gross) = view.totals.gross_with_gap_estimate() {
                            " With it the gross emissions would be " (parts::tonnes(gross)) " tCO\u{2082}e."
                        }
                    }
                }
                @if odd.is_empty() { p { "The readings show nothing to look at." } }
                @else { (odd_schools(view, &odd)) }
            }
        }
    }
}

fn odd_schools(view: &TrustView, odd: &[&Footprint]) -> Markup {
    let (shown, more) = listing::first(odd);
    html! {
        div .scroll.short role="region" aria-labelledby="meters" tabindex="0" {
            table {
                thead {
                    tr { th scope="col" { "School" } th scope="col" { "What is odd" } th scope="col" { "Lately" } }
                }
                tbody {
                    @for school in shown {
                        tr {
                            th scope="row" {
                                a href=(format!("/schools/{}?period={}#findings", school.urn, view.period.key())) {
                                    (school.school)
                                }
                            }
                            td { (kinds(school)) }
                            td .when { (parts::or_no_data(lately(school))) }
                        }
                    }
                }
            }
        }
        (more)
    }
}

/// `2 meters stuck, 1 change of level`
fn kinds(school: &Footprint) -> String {
    let count = |kind| {
        let of_kind = school
            .findings
            .iter()
            .filter(|finding| finding.kind() == kind);
        match of_kind.count() {
            0 => None,
            1 => Some(title(kind).to_owned()),
            several => Some(format!("{} ({several} times)", title(kind))),
        }
    };
    FindingKind::ALL
        .into_iter()
        .filter_map(count)
        .collect::<Vec<_>>()
        .join(", ")
}

fn lately(school: &Footprint) -> Option<String> {
    let last = school.findings.iter().map(|finding| finding.days.to).max();
    last.map(format::short_day)
}

fn title(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Stuck => "Same value repeated",
        FindingKind::Zero => "Nothing measured",
        FindingKind::LevelShift => "Sudden change",
        FindingKind::Moved => "Moved",
        FindingKind::Contradiction => "Two sources contradict",
        FindingKind::ZeroStands => "Zeros over values",
        FindingKind::RegisterDisagrees => "Register and half-hours disagree",
        FindingKind::AbovePastYear => "Far above its past year",
        FindingKind::Silent => "Silent",
    }
}

fn what_to_do(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Stuck => {
            "Read the dial twice, an hour apart: if it moves, the logger is stuck, so send the supplier's readings of these days, \
             and they replace the stuck values."
        }
        FindingKind::Zero => {
            "Ask on site whether the supply was off. If it was not, the meter or its logger is at fault: ask the supplier \
             for these days."
        }
        FindingKind::LevelShift => {
            "Ask on site what changed. If nothing did, compare with a bill: the unit or the multiplier of the feed may \
             have changed."
        }
        FindingKind::Moved => {
            "If that was a mistake, the command `greenledger reassign` brings it back with all its readings."
        }
        FindingKind::Contradiction => {
            "Compare both with the meter or a bill, then withdraw the wrong one with `greenledger withdraw`, or send the right \
             values again with a later time."
        }
        FindingKind::ZeroStands => {
            "A device that is not connected sends zeros. If something was used, withdraw the zeros with `greenledger withdraw`."
        }
        FindingKind::RegisterDisagrees => {
            "Read the dial and compare: if the register is right, the unit or the multiplier of the feed is wrong; withdraw its \
             days with `greenledger withdraw` and have them sent again."
        }
        FindingKind::AbovePastYear => {
            "It counts as received. Ask on site; if it is wrong, withdraw the day with `greenledger withdraw` and ask the \
             supplier for it again."
        }
        FindingKind::Silent => {
            "Ask on site whether the logger has power and signal, and the supplier whether the feed still runs. If the meter \
             is gone, register its last day."
        }
    }
}

fn counted(count: usize, noun: &str) -> String {
    let grouped = format::grouped(i64::try_from(count).unwrap_or(i64::MAX));
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{grouped} {noun}s"),
    }
}
