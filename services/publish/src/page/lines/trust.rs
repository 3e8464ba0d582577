//! The lines of a trust: the use of all its schools, and its carbon.

use std::collections::BTreeMap;

use events::{MilligramsCo2e, kilowatt_hours};
use footprint::Block;
use maud::{Markup, html};

use super::{BLOCKS, decimals, known_total, total_name, unit};
use crate::format;
use crate::page::parts;
use crate::rollup::{LineKey, LineTotal, TrustView};

/// Voluntary lines are many and small: they are shown in groups, with the single lines folded below.
const FOLDED: Block = Block::Voluntary;

/// The lines, block by block.
pub(in crate::page) fn of_trust(view: &TrustView) -> Markup {
    html! {
        section aria-labelledby="carbon" {
            h2 #carbon { "Where the carbon comes from" }
            div .scroll role="region" aria-labelledby="carbon" tabindex="0" {
                table {
                    (head(true))
                    @for (block, heading) in BLOCKS {
                        @let lines = lines_of(view, block);
                        @if !lines.is_empty() {
                            tbody .block {
                                tr { th colspan="6" scope="rowgroup" { (heading) } }
                                @if block == FOLDED {
                                    @let groups = groups(&lines);
                                    @let shown = under_total(groups.iter().map(|group| group.co2e));
                                    @for (group, co2e) in groups.iter().zip(shown) { (group.row(&co2e)) }
                                } @else {
                                    @let shown = tonnes_of(block, &lines);
                                    @for ((key, line), co2e) in lines.iter().zip(shown) {
                                        (row(view, key, line, &co2e, true))
                                    }
                                }
                                @if let Some(name) = total_name(block) { (sum(view, block, name)) }
                            }
                        }
                    }
                }
            }
            (one_by_one(view))
        }
    }
}

fn head(with_share: bool) -> Markup {
    html! {
        thead {
            tr {
                th scope="col" { "Line" }
                th scope="col" { "Scope" }
                th .n scope="col" { "Quantity" }
                th .n scope="col" { "tCO\u{2082}e" }
                @if with_share {
                    th .n scope="col" { "Share of gross" }
                    td {}
                }
            }
        }
    }
}

/// The folded lines, one by one.
fn one_by_one(view: &TrustView) -> Markup {
    let lines = lines_of(view, FOLDED);
    html! {
        @if !lines.is_empty() {
            details {
                summary { (format::counted(lines.len(), "voluntary line")) ", one by one" }
                div .scroll {
                    table {
                        (head(false))
                        tbody {
                            @for (key, line) in lines {
                                (row(view, key, line, &parts::tonnes(line.co2e), false))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A hundredth of a tonne: tonnes under a total are shown with two decimals, whatever their size.
const SHOWN_MG: i128 = 10_000_000;

fn hundredths(steps: i128) -> String {
    format::decimal(steps as f64 / 100.0, 2)
}

/// The tonnes of rows as they are shown: they add up to their total as it is shown.
fn under_total(rows: impl Iterator<Item = MilligramsCo2e>) -> Vec<String> {
    let exact: Vec<i128> = rows.map(|co2e| i128::from(co2e.0)).collect();
    let rounded = format::apportioned(&exact, SHOWN_MG);
    rounded.into_iter().map(hundredths).collect()
}

/// The tonnes of a block's lines; if they have a total, rounded so that they add up to it.
fn tonnes_of(block: Block, lines: &[(&LineKey, &LineTotal)]) -> Vec<String> {
    let co2e = lines.iter().map(|(_, line)| line.co2e);
    match total_name(block) {
        Some(_) => under_total(co2e),
        None => co2e.map(total).collect(),
    }
}

fn total(co2e: MilligramsCo2e) -> String {
    hundredths(format::steps(co2e.0.into(), SHOWN_MG))
}

/// A line; `tonnes` is the text to show.
fn row(
    view: &TrustView,
    key: &LineKey,
    line: &LineTotal,
    tonnes: &str,
    with_share: bool,
) -> Markup {
    html! {
        tr {
            th scope="row" { (format::item(key.item)) }
            td { (key.scope) }
            td .n {
                (format::decimal(kilowatt_hours(line.quantity), decimals(line.quantity, &key.unit))) " " (unit(&key.unit))
            }
            td .n { (carbon(line.co2e, tonnes, line.unpriced)) }
            @if with_share { (share(key.block, line.co2e, view.totals.gross)) }
        }
    }
}

fn sum(view: &TrustView, block: Block, name: &str) -> Markup {
    html! {
        tr .sum {
            th scope="row" { (name) }
            td {}
            td {}
            td .n { (parts::or_no_data(known_total(&view.totals, block).map(total))) }
            td {}
            td {}
        }
    }
}

fn carbon(co2e: MilligramsCo2e, tonnes: &str, unpriced: u32) -> Markup {
    html! {
        @if unpriced > 0 && co2e.0 == 0 { span .warn { "no factor" } }
        @else { (tonnes) }
        @if unpriced > 0 && co2e.0 != 0 {
            small .warn { "without " (unpriced) " that have no factor" }
        }
    }
}

/// The lines by scope, and within a scope the heaviest first.
fn lines_of(view: &TrustView, block: Block) -> Vec<(&LineKey, &LineTotal)> {
    let mut lines: Vec<_> = view
        .totals
        .lines
        .iter()
        .filter(|(key, _)| key.block == block)
        .collect();
    lines.sort_by_key(|(key, line)| (key.scope, std::cmp::Reverse(line.co2e)));
    lines
}

fn share(block: Block, co2e: MilligramsCo2e, gross: MilligramsCo2e) -> Markup {
    let counted = block == Block::Statutory && gross.0 > 0 && co2e.0 > 0;
    let share = counted.then(|| co2e.0 as f64 / gross.0 as f64);
    html! {
        @match share {
            Some(share) => {
                td .n { (format::part(share)) }
                td { (parts::bar(share, "leaf", &format::part(share))) }
            }
            None => { td {} td {} }
        }
    }
}

/// Lines of one kind, added up: exactly, because they are integers.
struct Group {
    name: String,
    scope: u8,
    co2e: MilligramsCo2e,
    unpriced: u32,
}

impl Group {
    fn row(&self, tonnes: &str) -> Markup {
        html! {
            tr {
                th scope="row" { (format::label(&self.name)) }
                td { (self.scope) }
                td {}
                td .n { (carbon(self.co2e, tonnes, self.unpriced)) }
                td {}
                td {}
            }
        }
    }
}

/// The same groups as those of the SECR report, the heaviest first.
fn groups(lines: &[(&LineKey, &LineTotal)]) -> Vec<Group> {
    let mut groups: BTreeMap<(u8, &str), Group> = BTreeMap::new();
    for (key, line) in lines {
        let name = crate::secr::group(key.item);
        let group = groups.entry((key.scope, name)).or_insert_with(|| Group {
            name: name.to_owned(),
            scope: key.scope,
            co2e: MilligramsCo2e(0),
            unpriced: 0,
        });
        group.co2e += line.co2e;
        group.unpriced += line.unpriced;
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| (group.scope, std::cmp::Reverse(group.co2e)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn groups_of_lines_add_up_to_the_voluntary_total_exactly() {
        let view = fixtures::view();
        let sum: i64 = groups(&lines_of(&view, FOLDED))
            .iter()
            .map(|group| group.co2e.0)
            .sum();
        assert_eq!(sum, view.totals.voluntary.0);
        assert!(of_trust(&view).0.contains("one by one"));
    }

    #[test]
    fn the_rows_that_are_shown_add_up_to_the_total_that_is_shown() {
        // 3.334, 3.334 and 3.332 t are 10.00 t, but 9.99 t if each is rounded separately.
        let rows = [3_334_000_000, 3_334_000_000, 3_332_000_000].map(MilligramsCo2e);
        assert_eq!(under_total(rows.into_iter()), ["3.34", "3.33", "3.33"]);
        assert_eq!(total(MilligramsCo2e(10_000_000_000)), "10.00");
    }

    #[test]
    fn lines_of_one_kind_are_one_row_and_the_heaviest_comes_first() {
        let line = |item: &str, co2e| {
            let key = LineKey {
                block: FOLDED,
                scope: 3,
                item: fixtures::item(item),
                unit: "tonnes".to_owned(),
            };
            let line = LineTotal {
                co2e: MilligramsCo2e(co2e),
                unpriced: u32::from(co2e == 0),
                ..LineTotal::default()
            };
            (key, line)
        };
        let lines = [
            line("waste_glass_recycling", 3),
            line("waste_residual_landfill", 4),
            line("wtt_gas", 9),
            line("grid_losses", 0),
        ];
        let lines: Vec<_> = lines.iter().map(|(key, line)| (key, line)).collect();
        let groups = groups(&lines);
        let rows: Vec<_> = groups
            .iter()
            .map(|group| (group.name.as_str(), group.co2e.0, group.unpriced))
            .collect();
        assert_eq!(
            rows,
            [
                ("well_to_tank", 9, 0),
                ("waste", 7, 0),
                ("grid_losses", 0, 1)
            ]
        );
    }
}
