//! What changed since the year before: activity and method side by side, as a picture, a table and in sentences.

use events::MilligramsCo2e;
use footprint::change::{Change, Changes, ItemChange, Side};
use maud::{Markup, html};

use super::parts;
use crate::format;
use crate::year_on_year::{sentences, signed};

/// The section of a trust, or of one of its schools; empty if there is no whole year before to compare with.
pub(super) fn section(changes: Option<&Changes>, change: Option<&Change>) -> Markup {
    let Some((changes, change)) = changes.zip(change) else {
        return html! {};
    };
    let (before, now) = (changes.prior_period.label(), changes.period.label());
    html! {
        section aria-labelledby="changed" {
            h2 #changed { "What changed from " (before) }
            @if !change.by_item.is_empty() || !change.joined.is_empty() || !change.left.is_empty() {
                (picture(change))
            }
            @for sentence in sentences(change, &before, &now) { p { (sentence) } }
            @if !change.by_item.is_empty() { (table(change, &before, &now)) }
        }
    }
}

const LABELS: f64 = 150.0;
const WIDE: f64 = 440.0;
/// Room for the number at the end of the longest bar.
const NUMBER: f64 = 62.0;
const ROW: f64 = 26.0;

/// A bar for each part of the change, to the left where emissions fell. A fall by factor is not coloured as a saving.
fn picture(change: &Change) -> Markup {
    let bars = bars(change);
    let most = bars.iter().map(|bar| bar.co2e.0.unsigned_abs()).max();
    let most = most.unwrap_or(0).max(1) as f64;
    let zero = LABELS + (WIDE - LABELS) / 2.0;
    let half = (WIDE - LABELS) / 2.0 - NUMBER;
    let height = ROW * bars.len() as f64;
    let described: Vec<String> = bars
        .iter()
        .map(|bar| format!("{}: {} t CO2e", bar.name, signed(bar.co2e)))
        .collect();
    html! {
        figure {
            svg .gauge viewBox=(format!("0 0 {WIDE} {height}")) role="img" aria-labelledby="changed-t changed-d" {
                title #changed-t { "The change of gross emissions by its parts" }
                desc #changed-d { (described.join("; ")) "." }
                @for (bar, place) in bars.iter().zip(0_u32..) {
                    @let top = ROW * f64::from(place);
                    @let width = bar.co2e.0.unsigned_abs() as f64 / most * half;
                    @let falls = bar.co2e.0 < 0;
                    @let left = if falls { zero - width } else { zero };
                    @let (at, anchor) = if falls { (left - 6.0, "end") } else { (left + width + 6.0, "start") };
                    text .ink x="0" y=(format!("{:.1}", top + 17.0)) aria-hidden="true" { (bar.name) }
                    rect class=(bar.class()) x=(format!("{left:.1}")) y=(format!("{:.1}", top + 5.0))
                        width=(format!("{width:.1}")) height="16" rx="1" {}
                    text x=(format!("{at:.1}")) y=(format!("{:.1}", top + 17.0)) text-anchor=(anchor) aria-hidden="true" {
                        (signed(bar.co2e)) " t"
                    }
                }
                line .tick x1=(zero) x2=(zero) y1="0" y2=(height) {}
            }
        }
    }
}

struct Bar {
    name: &'static str,
    co2e: MilligramsCo2e,
    saves: bool,
}

impl Bar {
    fn class(&self) -> &'static str {
        match (self.saves, self.co2e.0 > 0) {
            (false, _) => "other",
            (true, false) => "leaf",
            (true, true) => "over",
        }
    }
}

fn bars(change: &Change) -> Vec<Bar> {
    let (joined, left) = (change.joined_co2e(), change.left_co2e());
    let moved = MilligramsCo2e(joined.0 - left.0);
    let bar = |name, co2e, saves| Bar { name, co2e, saves };
    let mut bars = vec![
        bar("Activity", change.activity, true),
        bar("Method: the factors", change.method, false),
    ];
    if !change.joined.is_empty() || !change.left.is_empty() {
        bars.push(bar("Schools joined or left", moved, false));
    }
    if change.uncompared.0 != 0 {
        bars.push(bar("Not compared", change.uncompared, false));
    }
    bars
}

/// A hundredth of a tonne, in milligrams.
const SHOWN_MG: i128 = 10_000_000;

/// The parts of a change in hundredths of a tonne, rounded so that they add up to their total.
fn under_total(items: &[ItemChange], part: fn(&ItemChange) -> MilligramsCo2e) -> Vec<i128> {
    let exact: Vec<i128> = items.iter().map(|item| part(item).0.into()).collect();
    format::apportioned(&exact, SHOWN_MG)
}

/// A signed number of hundredths of a tonne.
fn signed_hundredths(steps: i128) -> String {
    let sign = if steps > 0 { "+" } else { "" };
    format!("{sign}{}", format::decimal(steps as f64 / 100.0, 2))
}

fn table(change: &Change, before: &str, now: &str) -> Markup {
    let activity = under_total(&change.by_item, |item| item.activity);
    let method = under_total(&change.by_item, |item| item.method);
    let (all_activity, all_method): (i128, i128) = (activity.iter().sum(), method.iter().sum());
    let parts = activity.into_iter().zip(method);
    html! {
        div .scroll role="region" aria-labelledby="changed" tabindex="0" {
            table {
                caption { "Line by line, in t CO\u{2082}e; the parts of the change are rounded so that they add up" }
                thead {
                    tr {
                        th scope="col" { "Line" }
                        th .n scope="col" { (before) }
                        th .n scope="col" { (now) }
                        th .n scope="col" { "Change" }
                        th .n scope="col" { "by activity" }
                        th .n scope="col" { "by method" }
                    }
                }
                tbody {
                    @for (item, (activity, method)) in change.by_item.iter().zip(parts) {
                        (row(item, activity, method))
                    }
                    tr .sum {
                        th scope="row" { "Together" }
                        td {}
                        td {}
                        td .n { (signed_hundredths(all_activity + all_method)) }
                        td .n { (signed_hundredths(all_activity)) }
                        td .n { (signed_hundredths(all_method)) }
                    }
                }
            }
        }
    }
}

fn row(item: &ItemChange, activity: i128, method: i128) -> Markup {
    html! {
        tr {
            th scope="row" { (format::item(item.item)) }
            td .n { (side(item.prior.as_ref(), &item.unit)) }
            td .n { (side(item.current.as_ref(), &item.unit)) }
            td .n { (signed_hundredths(activity + method)) }
            td .n { (signed_hundredths(activity)) }
            td .n { (signed_hundredths(method)) }
        }
    }
}

/// Carbon, and under it quantity times factor.
fn side(side: Option<&Side>, unit: &str) -> Markup {
    let Some(side) = side else {
        return html! { span .none { "no such line" } };
    };
    html! {
        (parts::tonnes(side.co2e))
        small .soft {
            (format::whole_units(side.quantity)) " " (unit)
            @if let Some(factor) = side.factor { " \u{d7} " (factor_text(factor)) }
        }
    }
}

/// Published factors have six decimals; a blended factor has more, which are not shown.
fn factor_text(factor: f64) -> String {
    let text = format!("{factor:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::footprint_store::FootprintStore;

    #[test]
    fn the_parts_of_the_lines_add_up_to_what_is_shown_of_them_together() {
        let footprint_store = FootprintStore::of(fixtures::footprints());
        let view = footprint_store
            .view(fixtures::TRUST, "2025-26", 0.24)
            .unwrap();
        let change = &view.change.as_ref().unwrap().sum;
        for part in [
            |item: &ItemChange| item.activity,
            |item: &ItemChange| item.method,
        ] {
            let exact: i128 = change
                .by_item
                .iter()
                .map(|item| i128::from(part(item).0))
                .sum();
            let shown: i128 = under_total(&change.by_item, part).iter().sum();
            assert_eq!(shown, format::steps(exact, SHOWN_MG));
        }
        assert_eq!(signed_hundredths(-1_234), "\u{2212}12.34");
        assert_eq!(signed_hundredths(5), "+0.05");
        assert_eq!(signed_hundredths(0), "0.00");
    }

    #[test]
    fn the_method_stands_beside_the_activity_and_is_not_called_a_saving() {
        let footprint_store = FootprintStore::of(fixtures::footprints());
        let view = footprint_store
            .view(fixtures::TRUST, "2025-26", 0.24)
            .unwrap();
        let change = view.change.as_ref();
        let page = section(change, change.map(|all| &all.sum)).0;
        assert!(page.contains("What changed from 2024/25"));
        assert!(page.contains("by activity") && page.contains("by method"));
        assert!(page.contains("A lower factor is not a saving"));
        assert!(page.contains("fell by 26%"), "0.13096 after 0.177");
        assert_eq!(section(None, None).0, "");
    }
}
