//! Every name is declared once, and the documentation lists them all.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::plan::{EVIDENCE_EXPIRES, SCHOOL_STATE, TRUST_STATE};
use super::{Gauge, School, Whose, families, figures};
use crate::rollup::TrustView;
use crate::table::{Cell, Column};
use crate::{fixtures, tables};

const BOTH: [Whose; 2] = [Whose::School, Whose::Trust];

#[test]
fn no_column_and_no_gauge_is_declared_twice() {
    for whose in BOTH {
        let (mut columns, mut metrics) = (BTreeSet::new(), BTreeSet::new());
        for figure in figures().filter(|figure| figure.read.is_of(whose)) {
            for column in [Some(figure.column), figure.also].into_iter().flatten() {
                assert!(columns.insert(column.name), "{}", column.name);
            }
        }
        let of_figures = figures().filter_map(|figure| figure.gauge_of(whose));
        let of_families = families().filter(|family| family.read.is_of(whose));
        let gauges = of_figures.chain(of_families.map(|family| family.gauge));
        for metric in gauges.flat_map(|gauge| metrics_of(gauge, whose)) {
            assert!(metrics.insert(metric.clone()), "{metric}");
        }
    }
}

#[test]
fn a_figure_that_is_always_known_is_known_of_a_school_without_any_data() {
    let mut bare = fixtures::gasless();
    bare.roll = None;
    bare.lines.clear();
    bare.meters.clear();
    bare.waste = Default::default();
    bare.travel = Default::default();
    let bare = std::sync::Arc::new(bare);
    let view = TrustView::of(vec![bare.clone()], 0.24).unwrap();
    let school = School::new(&bare, view.baseline());
    for figure in figures().filter(|figure| figure.is_always_known) {
        for known in [figure.read.of_school(&school), figure.read.of_trust(&view)] {
            assert_ne!(known, Some(Cell::Nothing), "{}", figure.column.name);
        }
    }
}

#[test]
fn every_sample_has_a_value_for_each_label() {
    let view = fixtures::view();
    let schools = view.schools.iter();
    let schools: Vec<_> = schools
        .map(|school| School::new(school, view.baseline()))
        .collect();
    for family in families() {
        let of_schools = schools
            .iter()
            .filter_map(|school| family.read.of_school(school));
        for sample in of_schools.chain(family.read.of_trust(&view)).flatten() {
            assert_eq!(sample.labels.len(), family.labels.len(), "{family:?}");
        }
    }
}

#[test]
fn every_column_and_gauge_is_described_in_a_sentence() {
    let tables = tables::all(&fixtures::view());
    let columns = tables.iter().flat_map(|table| &table.columns);
    let of_columns = columns.map(|column| (column.name, column.help));
    let of_families = families().map(|family| (family.gauge.name, family.help));
    for (name, help) in of_columns.chain(of_families) {
        let begins = help.starts_with(|first: char| first.is_uppercase() || first.is_numeric());
        assert!(begins && help.ends_with('.'), "{name}: {help}");
    }
}

/// `UPDATE_DOCS=1` writes the page anew.
#[test]
fn the_page_of_figures_lists_every_column_and_gauge() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/figures.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, page()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/figures.md is not what the catalogue says; UPDATE_DOCS=1 writes it anew"
    );
}

fn metrics_of(gauge: Gauge, whose: Whose) -> impl Iterator<Item = String> {
    [Some(gauge.metric(whose)), gauge.metric_of_twin(whose)]
        .into_iter()
        .flatten()
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    schools_and_trusts(&mut page);
    for table in tables::all(&fixtures::view()) {
        if !["schools", "trusts"].contains(&table.name) {
            let _ok = write!(
                page,
                "\n## {}\n\n| column | unit | what it is |\n|---|---|---|\n",
                table.name
            );
            for Column {
                name, unit, help, ..
            } in &table.columns
            {
                let _ok = writeln!(page, "| `{name}` | {} | {help} |", unit.as_str());
            }
        }
    }
    gauges(&mut page);
    page
}

const INTRODUCTION: &str = "\
# Figures

Every column of the tables in `results/`, and every gauge of figures in `/metrics`. Test
`the_page_of_figures_lists_every_column_and_gauge` of publish compares this page with the code, and rewrites it with
`UPDATE_DOCS=1`. A figure that is not known is absent, never 0. A gauge is in base units: grams, joules, seconds. A gauge with
`complete` in its name shows a figure only where it lacks nothing.

## schools and trusts

| column | tables | unit | known | what it is | gauges |
|---|---|---|---|---|---|
";

fn schools_and_trusts(page: &mut String) {
    for figure in figures() {
        let of = BOTH.into_iter().filter(|whose| figure.read.is_of(*whose));
        let of: Vec<String> = of.map(|whose| format!("{}s", whose.as_str())).collect();
        let gauges = BOTH.into_iter().flat_map(|whose| {
            let gauge = figure.gauge_of(whose).into_iter();
            gauge.flat_map(move |gauge| metrics_of(gauge, whose))
        });
        let gauges: Vec<String> = gauges.map(|gauge| format!("`{gauge}`")).collect();
        for Column {
            name, unit, help, ..
        } in [Some(figure.column), figure.also].into_iter().flatten()
        {
            let (of, unit, gauges) = (of.join(", "), unit.as_str(), gauges.join(", "));
            let known = if figure.is_always_known { "always" } else { "" };
            let _ok = writeln!(
                page,
                "| `{name}` | {of} | {unit} | {known} | {help} | {gauges} |"
            );
        }
    }
}

/// The gauges that are not the number of one column.
fn gauges(page: &mut String) {
    page.push_str(
        "\n## Other gauges\n\nBesides the labels of the school or trust and the period.\n\n",
    );
    page.push_str("| gauges | labels | what they are |\n|---|---|---|\n");
    let mut row = |metrics: &[String], labels: &[&str], help: &str| {
        let metrics: Vec<_> = metrics.iter().map(|name| format!("`{name}`")).collect();
        let labels: Vec<_> = labels.iter().map(|name| format!("`{name}`")).collect();
        let (metrics, labels) = (metrics.join(", "), labels.join(", "));
        let _ok = writeln!(page, "| {metrics} | {labels} | {help} |");
    };
    for family in families() {
        let of = BOTH.into_iter().filter(|whose| family.read.is_of(*whose));
        let metrics: Vec<String> = of
            .flat_map(|whose| metrics_of(family.gauge, whose))
            .collect();
        row(&metrics, family.labels, family.help);
    }
    for family in [TRUST_STATE, SCHOOL_STATE, EVIDENCE_EXPIRES] {
        row(&[family.name.to_owned()], &family.labels, family.help);
    }
}
