//! The frame of every page: landmarks, navigation, and the source of the numbers.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::style::STYLE;

/// A leaf, inlined so that no browser requests a missing icon.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath \
    fill='%231f6f4a' d='M2 14C2 6 6 2 14 2c0 8-4 12-12 12zm2-2l6-6'/%3E%3C/svg%3E";

/// A page. `trail` is the navigation path, nearest last: text and address.
pub(super) fn page(title: &str, trail: &[(String, String)], body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " \u{2013} Greenledger" }
                link rel="icon" href=(ICON);
                style { (PreEscaped(STYLE)) }
            }
            body {
                a .skip href="#main" { "Skip to the figures" }
                header .top {
                    nav aria-label="Breadcrumb" {
                        ol {
                            li { a .home href="/" { "Greenledger" } }
                            @for (text, address) in trail {
                                li { a href=(address) { (text) } }
                            }
                        }
                    }
                }
                main #main tabindex="-1" { (body) }
                (footer())
            }
        }
    }
}

fn footer() -> Markup {
    html! {
        footer {
            h2 { "How these figures are made" }
            p {
                "Carbon intensity is statutory gross emissions, location-based, divided by pupils. Waste, water and grid \
                 losses stand in a voluntary block and are never added to it. A total is exactly the sum of its lines, \
                 and a trust exactly the sum of its schools."
            }
            p {
                "Missing data is shown as \u{201c}no data\u{201d} and never counted as zero. Where there is too little for a \
                 figure, it says \u{201c}not enough data\u{201d}. Coverage is the share of the expected half-hours that \
                 came. Survey counts under five are not published."
            }
            p {
                "Conversion factors: UK Government (DESNZ). Contains public sector information licensed under the Open \
                 Government Licence v3.0. "
                a href="/api/v1/trusts" { "The same figures as JSON" }
                "."
            }
        }
    }
}
