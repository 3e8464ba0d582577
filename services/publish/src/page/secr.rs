//! The SECR report as a page for reading and printing, with the year before beside it.

use footprint::Period;
use maud::{Markup, html};

use super::{layout, parts};
use crate::format;
use crate::secr::{Basis, Report, ShownRow, Style, Warning, Year, shown};

/// The page of a report. `periods` are the academic years for which a report can be made.
pub(super) fn page(report: &Report, trust: &str, periods: &[Period]) -> Markup {
    let address = format!("/trusts/{trust}/secr");
    let label = report.years.first().map(|year| year.label.as_str());
    let of = periods
        .iter()
        .find(|period| Some(period.label().as_str()) == label);
    let query = of.map_or(String::new(), |period| format!("?period={}", period.key()));
    let on = |basis: Basis| match query.is_empty() {
        true => format!("?basis={basis}"),
        false => format!("{query}&basis={basis}"),
    };
    let body = html! {
        div .title {
            h1 { "SECR report" }
            p { (report.organisation) ". " (report.title) "." }
            @if let Some(of) = of { (parts::periods(&address, periods, *of)) }
            nav .periods aria-label="What the report counts" {
                ul {
                    @for basis in Basis::ALL {
                        @let current = (basis == report.basis).then_some("page");
                        li {
                            a href=(format!("{address}{}", on(basis))) aria-current=[current] {
                                (format::capital(basis.label()))
                            }
                        }
                    }
                }
            }
        }
        (table(report))
        @for text in &report.texts {
            section {
                h2 { (text.heading) }
                @for paragraph in &text.paragraphs { p { (paragraph) } }
            }
        }
        (warnings(&report.warnings))
        p .soft {
            a href=(format!("/api/v1/trusts/{trust}/secr{}", on(report.basis))) { "This report as JSON" }
            ". Figures are rounded for reading so that they add up to the totals, which are of figures that are not rounded."
        }
    };
    let of_trust = format!("/trusts/{trust}{query}");
    let trail = [(report.organisation.clone(), of_trust)];
    let title = format!("SECR report, {}", report.organisation);
    layout::page(&title, &trail, body)
}

fn table(report: &Report) -> Markup {
    let rows = shown(&report.years);
    let columns = report.years.len() + 1;
    html! {
        div .scroll role="region" aria-label="Emissions and energy use" tabindex="0" {
            table .secr {
                caption { "UK greenhouse gas emissions and energy use data: " (report.basis.label()) }
                thead {
                    tr {
                        td {}
                        @for year in &report.years { th .n scope="col" { (head(year)) } }
                    }
                }
                @for group in groups(&rows) {
                    @let block = (group.first().is_some_and(|row| row.style == Style::Heading)).then_some("block");
                    tbody class=[block] {
                        @for row in group { (line(row, columns)) }
                    }
                }
            }
        }
    }
}

fn head(year: &Year) -> Markup {
    html! {
        (year.label)
        @if let (Some(from), Some(to)) = (year.from, year.to) {
            small { (format::short_day(from)) " to " (format::short_day(to)) }
        }
        @if year.part_year { small .warn { "a part-year" } }
    }
}

/// The rows from one heading to the next.
fn groups(rows: &[ShownRow]) -> impl Iterator<Item = &[ShownRow]> {
    rows.chunk_by(|_, next| next.style != Style::Heading)
}

fn line(row: &ShownRow, columns: usize) -> Markup {
    let class = row.style.is_bold().then_some("sum");
    html! {
        @if row.style == Style::Heading {
            tr { th colspan=(columns) scope="rowgroup" { (row.text) } }
        } @else {
            tr class=[class] {
                th scope="row" { (row.text) }
                @for cell in &row.figures {
                    td .n {
                        @match cell.absent() {
                            Some(absent) => span .none { (absent) },
                            None => (row.text_of(cell)),
                        }
                    }
                }
            }
        }
    }
}

fn warnings(warnings: &[Warning]) -> Markup {
    html! {
        @if !warnings.is_empty() {
            div .note {
                h2 { "What does not agree with the rest of the table" }
                ul {
                    @for warning in warnings {
                        li { (warning.year) ", " (warning.row) ": " (warning.found) "; " (warning.text) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::TrustSettings;
    use crate::fixtures;
    use crate::footprint_store::FootprintStore;
    use crate::page::listing::Wanted;
    use crate::page::tests::stands_by_itself;
    use crate::page::{school, trust};
    use crate::secr::{report, text, years};

    use super::*;

    fn secr_page(period: Option<&str>) -> String {
        let footprint_store = FootprintStore::of(fixtures::footprints());
        let trust = fixtures::TRUST;
        let report = report(
            &footprint_store,
            trust,
            period,
            Basis::Actual,
            &TrustSettings::default(),
        )
        .unwrap();
        if let Some(folder) = std::env::var_os("PUBLISH_LOOK") {
            let name = format!("secr-{}.txt", period.unwrap_or("newest"));
            let file = std::path::Path::new(&folder).join(name);
            std::fs::write(file, text(&report)).unwrap();
        }
        page(&report, trust, &years(&footprint_store, trust)).0
    }

    #[test]
    fn the_report_is_a_page_with_the_year_before_beside_it() {
        let page = secr_page(None);
        stands_by_itself("secr", &page);
        assert!(page.contains("Total gross emissions in metric tonnes CO2e"));
        assert!(page.contains("2025/26") && page.contains("2024/25"));
        assert!(page.contains("/api/v1/trusts/calder-vale/secr?period=2025-26&amp;basis=actual"));
        let part = secr_page(Some("2026-27"));
        stands_by_itself("secr-part-year", &part);
        assert!(part.contains("a part-year"));
    }

    #[test]
    fn the_pages_of_a_trust_and_of_a_school_link_to_it_and_show_what_changed() {
        let footprint_store = FootprintStore::of(fixtures::footprints());
        let view = footprint_store
            .view(fixtures::TRUST, "2025-26", 0.24)
            .unwrap();
        let of_trust = trust::page(&view, &[], false, Wanted::default(), None).0;
        stands_by_itself("trust-year", &of_trust);
        assert!(of_trust.contains("/trusts/calder-vale/secr?period=2025-26"));
        let of_school =
            school::page(&view.schools[2].clone(), &view, &[], None, None, None, None).0;
        stands_by_itself("school-year", &of_school);
        for page in [of_trust, of_school] {
            assert!(page.contains("What changed from 2024/25"));
            assert!(page.contains("A lower factor is not a saving"));
        }
    }
}
