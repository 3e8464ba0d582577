//! The identities of events and rows of files, and their identities in `rejected`.

use events::{FILE_SOURCE, LONGEST_TEXT};

use crate::tokens::token_sha256;

/// A source and an id: together they are unique.
pub(crate) type Identity = (String, String);

/// The suffix of the id under which an accepted event's bad values are kept, separate from the event itself.
const SUFFIX: &str = "#values";
/// The number of hexadecimal digits that replace the end of a long id.
const HASHED: usize = 16;
/// The separator before the digest of the content in the id of a row's event.
const READ_MARK: char = '.';
/// The number of hexadecimal digits of that digest.
const READ_DIGITS: usize = 8;

/// The identity of the event of a file's row, derived from the content that was read.
pub(crate) fn event_of_row((source, row): &Identity, content: &str) -> Identity {
    let hash = token_sha256(content);
    let hash = hash.get(..READ_DIGITS).unwrap_or(&hash);
    (source.clone(), format!("{row}{READ_MARK}{hash}"))
}

/// The identity of the row that an event came from, however the row was read; `None` if the event did not come from a file's
/// row.
pub(crate) fn row_of((source, id): &Identity) -> Option<Identity> {
    // The id of an event about a school may be a contractor's reference, with any full stop.
    let is_digest = |digest: &str| {
        digest.len() == READ_DIGITS && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let (row, _) = id
        .rsplit_once(READ_MARK)
        .filter(|(_, digest)| source.starts_with(FILE_SOURCE) && is_digest(digest))?;
    Some((source.clone(), row.to_owned()))
}

/// The identity under which `rejected` keeps the bad values of an accepted event. If the id with the suffix would exceed the
/// length limit, its end is hashed, so that the bad values can be replayed like any other event.
pub(crate) fn bad_values_of((source, id): &Identity) -> Identity {
    let longest = LONGEST_TEXT - SUFFIX.len();
    if id.chars().count() <= longest {
        return (source.clone(), format!("{id}{SUFFIX}"));
    }
    let beginning: String = id.chars().take(longest - HASHED - 1).collect();
    let hash = token_sha256(id);
    let hash = hash.get(..HASHED).unwrap_or(&hash);
    (source.clone(), format!("{beginning}-{hash}{SUFFIX}"))
}

/// The names under which `rejected` may hold an accepted event: its own name and that of its bad values, and both names for the
/// file row it was read from.
pub(crate) fn rejected_names(event: &Identity) -> impl Iterator<Item = Identity> {
    let names = [Some(event.clone()), row_of(event)];
    names
        .into_iter()
        .flatten()
        .flat_map(|name| [name.clone(), bad_values_of(&name)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_values_of_any_id_have_an_id_that_is_none_too_long() {
        let kept = |id: String| bad_values_of(&("s".to_owned(), id)).1;
        assert_eq!(kept("1".to_owned()), "1#values");
        let id = |last: &str| format!("{}{last}", "\u{e9}".repeat(200 - last.len()));
        assert_eq!(kept("x".repeat(193)), format!("{}#values", "x".repeat(193)));
        for id in [id("a"), id("b"), "x".repeat(194)] {
            let kept = kept(id.clone());
            assert_eq!(kept.chars().count(), 200, "{kept}");
            assert!(events::is_text(&kept));
            assert_eq!(
                bad_values_of(&("s".to_owned(), kept.clone()))
                    .1
                    .chars()
                    .count(),
                200
            );
        }
        assert_ne!(kept(id("a")), kept(id("b")));
    }
}
