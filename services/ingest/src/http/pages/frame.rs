//! The frame of the pages, their stylesheet and scripts, and the policy that blocks everything else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");
/// What both scripts need: the token, requests, and tables.
const SHARED_SCRIPT: &str = include_str!("shared.js");
/// A leaf, inlined so that no browser requests a missing icon.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath \
    fill='%231f6f4a' d='M2 14C2 6 6 2 14 2c0 8-4 12-12 12zm2-2l6-6'/%3E%3C/svg%3E";

/// A page.
pub(super) struct Page {
    pub(super) title: &'static str,
    /// What the page is for, in a sentence.
    pub(super) lead: &'static str,
    pub(super) body: Markup,
    /// Its own script, which runs after the shared one.
    pub(super) script: &'static str,
}

impl Page {
    pub(super) fn html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en-GB" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " \u{2013} Greenledger" }
                    link rel="icon" href=(ICON);
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a .skip href="#main" { "Skip to the form" }
                    header .top {
                        nav aria-label="Pages" {
                            (link("/upload", "Send a file", self.title))
                            (link("/survey", "Enter a travel survey", self.title))
                        }
                    }
                    main #main tabindex="-1" {
                        h1 { (self.title) }
                        p .lead { (self.lead) }
                        noscript { p .note.bad { "This page needs JavaScript, which this browser does not run." } }
                        (token())
                        (self.body)
                    }
                    script { (PreEscaped(SHARED_SCRIPT)) }
                    script { (PreEscaped(self.script)) }
                }
            }
        };
        page.into_string()
    }

    /// The content security policy: this stylesheet, these scripts, the icon, requests to this service, and nothing else.
    pub(super) fn policy(&self) -> String {
        let [style, shared, own] = [STYLE, SHARED_SCRIPT, self.script].map(hash);
        format!(
            "default-src 'none'; style-src {style}; script-src {shared} {own}; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    }
}

/// The source that a policy allows: the text with this hash.
pub(super) fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

fn link(address: &str, text: &str, title: &str) -> Markup {
    let current = (text == title).then_some("page");
    html! { a href=(address) aria-current=[current] { (text) } }
}

/// The field for the token.
fn token() -> Markup {
    html! {
        form #token-form .panel {
            label for="token" { "Your token" }
            p .hint #token-hint {
                "It says which schools and meters you may send for. Your trust\u{2019}s operator gives it to you. This tab keeps it \
                 until you close it."
            }
            div .row {
                input #token type="password" autocomplete="off" spellcheck="false" required aria-describedby="token-hint";
                button #forget type="button" .quiet { "Forget it" }
            }
        }
    }
}
