//! The tally sheet of a hands-up travel survey, to be printed: a sheet for each class, and boxes to tick for each hand.

use events::Mode;
use footprint::Footprint;
use maud::{Markup, html};

use super::layout;
use crate::config::IngestUrl;
use crate::format;

/// The most sheets of one page.
const MOST_SHEETS: usize = 60;
/// The boxes of a mode: a class has no more pupils, and a row holds half of them.
const BOXES: usize = 34;
const BOXES_IN_A_ROW: usize = BOXES / 2;

/// The sheets of a school; `classes` is a list of names, parted by commas or lines.
pub(super) fn page(
    school: &Footprint,
    classes: Option<&str>,
    ingest: Option<&IngestUrl>,
) -> Markup {
    let text = classes.unwrap_or_default();
    let names = names(text);
    let address = format!("/schools/{}/tally", school.urn);
    let body = html! {
        div .title .screen {
            h1 { "Tally sheets for a travel survey" }
            p {
                "For the hands-up survey of Modeshift STARS: every class is asked how it travelled today and how it would prefer to. \
                 Name the classes to get a sheet for each, and print this page."
            }
            @if let Some(ingest) = ingest {
                p { a href=(ingest.survey(Some(school.urn))) { "Enter the counts" } " once the sheets are filled in." }
            }
        }
        form .search.screen action=(address) {
            label for="classes" { "Classes" }
            input #classes name="classes" type="search" value=(text) placeholder="3A, 3B, Year 4" maxlength="2000";
            button { "Make the sheets" }
        }
        @for name in &names { (sheet(school, name)) }
    };
    let of_school = (school.school.clone(), format!("/schools/{}", school.urn));
    layout::page("Tally sheets", &[of_school], body)
}

/// The names of the classes; one without a name if there are none.
fn names(text: &str) -> Vec<&str> {
    let names = text.split([',', ';', '\n']).map(str::trim);
    let names: Vec<_> = names
        .filter(|name| !name.is_empty())
        .take(MOST_SHEETS)
        .collect();
    if names.is_empty() { vec![""] } else { names }
}

fn sheet(school: &Footprint, class: &str) -> Markup {
    html! {
        section .tally {
            h2 { "How we travel to school" }
            p { (school.school) ", URN " (school.urn) }
            dl {
                (blank("Class", class))
                (blank("Date", ""))
                (blank("On the roll", ""))
                (blank("Present", ""))
            }
            p .soft {
                "Read out each way to travel. Tick a box for each hand, write the number of hands beside it, and count each pupil once \
                 for each question. If there were several ways, the longest part of the journey counts."
            }
            div .scroll role="region" aria-label="Boxes to tick" tabindex="0" { table {
                thead {
                    tr {
                        th scope="col" { "Way to travel" }
                        th scope="col" { "How did you travel to school today?" }
                        th .n scope="col" { "Hands" }
                        th scope="col" { "How would you prefer to travel?" }
                        th .n scope="col" { "Hands" }
                    }
                }
                tbody {
                    @for mode in Mode::ALL {
                        tr {
                            th scope="row" { (format::label(mode.as_str())) @if let Some(hint) = hint(mode) { small { (hint) } } }
                            @for _ in 0..2 { td { (boxes()) } td .count {} }
                        }
                    }
                    tr .sum {
                        th scope="row" { "All" }
                        @for _ in 0..2 { td {} td .count {} }
                    }
                }
            } }
            p .soft {
                "Enter the numbers on the page \u{201c}Enter a travel survey\u{201d} (/survey where your school sends its data), or in a \
                 file. No names are needed."
            }
        }
    }
}

fn blank(label: &str, text: &str) -> Markup {
    html! { div { dt { (label) } dd { (text) } } }
}

/// What a mode includes, where its name does not say.
fn hint(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode::ParkAndStride => Some("the last 5 to 10 minutes on foot"),
        Mode::CarShare => Some("with another family"),
        _ => None,
    }
}

/// Two rows of boxes, with a gap after every five.
fn boxes() -> Markup {
    let place = |at: usize| {
        let (row, column) = (at / BOXES_IN_A_ROW, at % BOXES_IN_A_ROW);
        (column * 9 + column / 5 * 4, row * 9)
    };
    html! {
        svg viewBox="0 0 166 18" aria-hidden="true" {
            @for at in 0..BOXES {
                @let (x, y) = place(at);
                rect x=(x) y=(y) width="8" height="8" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn each_class_has_a_sheet_with_boxes_for_each_mode_and_question() {
        let school = &fixtures::footprints()[0];
        let sheets = |classes: Option<&str>| {
            let page = page(school, classes, None).into_string();
            assert_eq!(
                page.matches("<rect").count(),
                page.matches("<section").count() * Mode::ALL.len() * 2 * BOXES
            );
            (page.matches("<section").count(), page)
        };
        assert_eq!(sheets(None).0, 1);
        let (count, page) = sheets(Some("3A, 3B;\nYear <4>,"));
        assert_eq!(count, 3);
        assert!(page.contains("<dd>3B</dd>") && page.contains("Year &lt;4&gt;"));
        assert_eq!(sheets(Some(&"x,".repeat(100))).0, MOST_SHEETS);
    }
}
