use super::frame::hash;
use super::{survey, upload};
use crate::decode::files::Formats;

/// What stands between every pair of tags.
fn inside<'h>(html: &'h str, tag: &str) -> Vec<&'h str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let parts = html.split(open.as_str()).skip(1);
    parts
        .map(|part| part.split_once(&close).unwrap().0)
        .collect()
}

#[test]
fn the_policy_allows_what_the_page_has_and_nothing_else() {
    let pages = [upload::page(&Formats::shipped().unwrap()), survey::page()];
    for page in pages {
        let (html, policy) = (page.html(), page.policy());
        for (tag, most) in [("style", 1), ("script", 2)] {
            let found = inside(&html, tag);
            assert_eq!(found.len(), most, "{}", page.title);
            for text in found {
                assert!(policy.contains(&hash(text)), "{}: {tag}", page.title);
            }
        }
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        // A style or a handler in an attribute would be blocked, and so would be anything from elsewhere.
        for unwanted in [
            " style=",
            " onclick=",
            " onsubmit=",
            "src=",
            "http://",
            "unsafe",
        ] {
            let markup = html.replace("http://www.w3.org/2000/svg", "");
            assert!(
                !markup.contains(unwanted) && !policy.contains("unsafe"),
                "{unwanted}"
            );
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_format_is_offered() {
    let formats = Formats::shipped().unwrap();
    let html = upload::page(&formats).html() + &survey::page().html();
    let labelled = |field: &&str| {
        let id = field
            .split("id=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        field.contains("aria-labelledby=")
            || id.is_some_and(|id| html.contains(&format!("for=\"{id}\"")))
    };
    let fields = html
        .split('<')
        .filter(|tag| tag.starts_with("input ") || tag.starts_with("select "));
    let fields: Vec<_> = fields.collect();
    assert!(
        fields.len() > 20 && fields.iter().all(labelled),
        "{fields:#?}"
    );
    for name in formats.names() {
        assert!(html.contains(&format!("value=\"{name}\"")), "{name}");
    }
}
