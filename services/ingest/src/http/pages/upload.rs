//! The page to send a file.

use maud::html;

use super::frame::Page;
use crate::decode::files::Formats;
use crate::http::headers::FILE_TYPES;

/// Suffixes that a chooser of files offers.
const SUFFIXES: &str = ".csv,.tsv,.txt,.xlsx,.zip,.gz,.eml";

pub(super) fn page(formats: &Formats) -> Page {
    let accept = format!("{SUFFIXES},{}", FILE_TYPES.join(","));
    let body = html! {
        form #file-form .panel {
            label for="file" { "The file" }
            p .hint #file-hint {
                "A supplier\u{2019}s half-hours, a waste contractor\u{2019}s report or a travel survey: CSV, TSV, XLSX, or a ZIP of these. \
                 Choose it, or drop it here. Nothing is kept before you press \u{201c}Send\u{201d}."
            }
            div #drop .drop {
                input #file type="file" accept=(accept) required aria-describedby="file-hint";
            }
            details {
                summary { "Format and time of issue" }
                label for="format" { "Format" }
                select #format {
                    option value="" { "as the header of the file says" }
                    @for name in formats.names() {
                        option value=(name) { (name) ": " (formats.title(name).unwrap_or_default()) }
                    }
                }
                label for="issued" { "Issued" }
                p .hint #issued-hint {
                    "Of two files about the same days, the one issued last counts. Unless you change it, this is when the file was last \
                     saved."
                }
                input #issued type="datetime-local" step="1" aria-describedby="issued-hint";
            }
            div .row {
                button #check type="submit" { "Check" }
                button #send type="button" disabled { "Send" }
            }
        }
        section #result aria-live="polite" aria-label="Result" hidden {}
        section #rejected-section aria-labelledby="rejected-title" {
            h2 #rejected-title { "Refused lately" }
            p { "What was refused of this token, why, and how to mend it." }
            button #list type="button" { "List" }
            div #rejected aria-live="polite" {}
        }
    };
    Page {
        title: "Send a file",
        lead: "Check what a file holds, see what would be kept of it and what not, and then send it.",
        body,
        script: include_str!("upload.js"),
    }
}
