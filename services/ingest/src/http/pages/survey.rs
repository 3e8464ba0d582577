//! The form for the counts of a hands-up travel survey.

use events::Mode;
use maud::{Markup, html};

use super::frame::Page;

pub(super) fn page() -> Page {
    let body = html! {
        form #survey-form {
            div .panel.fields {
                div {
                    label for="urn" { "School, by its URN" }
                    input #urn inputmode="numeric" pattern="[1-9][0-9]{5}" maxlength="6" required
                        title="six digits, the first not zero";
                }
                div {
                    label for="date" { "Date of the survey" }
                    input #date type="date" required;
                }
                div {
                    label for="audience" { "Who was asked" }
                    select #audience {
                        option value="pupil" { "Pupils" }
                        option value="staff" { "Staff" }
                    }
                }
                div {
                    label for="group" { "Class or group" }
                    input #group maxlength="200" required placeholder="Year 4";
                }
                div {
                    label for="roll" { "On the roll" }
                    input #roll type="number" inputmode="numeric" min="1" max="100000" step="1" required aria-describedby="roll-hint";
                    p .hint #roll-hint { "Everyone in the group, absent or not." }
                }
            }
            table .counts {
                caption { "How many hands for each. Leave a field empty for none." }
                thead {
                    tr {
                        th scope="col" { "Way to travel" }
                        th .n scope="col" #current { "Travel so" }
                        th .n scope="col" #preferred { "Would prefer to" }
                    }
                }
                tbody { @for mode in Mode::ALL { (row(mode)) } }
                tfoot {
                    tr {
                        th scope="row" { "All" }
                        td .n { output #current-sum { "0" } }
                        td .n { output #preferred-sum { "0" } }
                    }
                }
            }
            p #doubt .note.bad role="alert" hidden {}
            div .row { button #post type="submit" { "Send" } }
        }
        section #result aria-live="polite" aria-label="Result" hidden {}
    };
    Page {
        title: "Enter a travel survey",
        lead: "The counts of one class, year group or staff room. To correct them, send them again with the same school, date and \
               class.",
        body,
        script: include_str!("survey.js"),
    }
}

fn row(mode: Mode) -> Markup {
    let name = mode.as_str();
    let (label, hint) = words(mode);
    html! {
        tr {
            th scope="row" id=(name) { (label) @if !hint.is_empty() { small { (hint) } } }
            @for question in ["current", "preferred"] {
                td .n {
                    input type="number" inputmode="numeric" min="0" max="100000" step="1"
                        data-question=(question) data-mode=(name) aria-labelledby=(format!("{name} {question}"));
                }
            }
        }
    }
}

/// A mode for people, and what it includes.
fn words(mode: Mode) -> (&'static str, &'static str) {
    match mode {
        Mode::Walk => ("Walk or wheel", ""),
        Mode::Scoot => ("Scoot or skate", ""),
        Mode::Cycle => ("Cycle", ""),
        Mode::ParkAndStride => ("Park and stride", "the last 5 to 10 minutes on foot"),
        Mode::CarShare => ("Car share", "with another family"),
        Mode::Car => ("Car or motorcycle", ""),
        Mode::PublicBus => ("Public bus", ""),
        Mode::SchoolBus => ("School bus", ""),
        Mode::Taxi => ("Taxi", ""),
        Mode::Rail => ("Train or tram", ""),
        Mode::Other => ("Other", ""),
    }
}
