//! The way from the figures to where data is sent: the pages of ingest.

use events::Urn;
use maud::{Markup, html};

use crate::config::IngestUrl;

/// Links to the pages of ingest; nothing if their address is not configured.
pub(super) fn links(ingest: Option<&IngestUrl>, school: Option<Urn>) -> Markup {
    html! {
        @if let Some(ingest) = ingest {
            p .screen {
                "Send data: " a href=(ingest.upload()) { "a file" } " or "
                a href=(ingest.survey(school)) { "a travel survey" } "."
            }
        }
    }
}
