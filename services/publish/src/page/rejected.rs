//! The recent rejections of events about a school.

use maud::{Markup, html};

use crate::format;
use crate::rejected::{LATELY_DAYS, RejectedLately};

/// How many events were rejected, and who can see which; nothing if none was.
pub(super) fn note(rejected: Option<RejectedLately>) -> Markup {
    let (count, least) = match rejected {
        None | Some(RejectedLately::Count(0)) => return html! {},
        Some(RejectedLately::Unknown) => {
            return html! { p .soft { "The events rejected lately cannot be listed just now." } };
        }
        Some(RejectedLately::Count(count)) => (count, ""),
        Some(RejectedLately::AtLeast(count)) => (count, "at least "),
    };
    let events = match count {
        1 => "1 event".to_owned(),
        count => format!("{} events", format::grouped(count as i64)),
    };
    html! {
        div .note #rejected {
            h2 { "Rejected in the last " (LATELY_DAYS) " days: " (least) (events) }
            p {
                "They are of this school or its meters, and they, or some of their values, do not count. Their sender can list \
                 them, with the reasons, by " code { "greenledger rejected" } " or " code { "GET /v1/rejected" } "."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejections_are_shown_only_where_there_are_any() {
        let page = |rejected| note(rejected).0;
        assert_eq!(page(None), "");
        assert_eq!(page(Some(RejectedLately::Count(0))), "");
        assert!(page(Some(RejectedLately::Unknown)).contains("cannot be listed just now"));
        assert!(page(Some(RejectedLately::Count(1))).contains("last 30 days: 1 event<"));
        let many = page(Some(RejectedLately::AtLeast(1_200)));
        assert!(many.contains("at least 1,200 events"), "{many}");
    }
}
