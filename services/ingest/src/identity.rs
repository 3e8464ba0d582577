//! What events and rows of files are called, and what `rejected` calls them.

use events::{FILE_SOURCE, LONGEST_TEXT};

use crate::tokens::token_sha256;

/// A source and an id: together they are unique.
pub(crate) type Identity = (String, String);

/// What is put behind an id to keep the bad values of an event beside the event, which is not refused.
const SUFFIX: &str = "#values";
/// Hexadecimal digits that stand for the end of a long id.
const HASHED: usize = 16;
/// What stands before the digest of what was read in the id of a row's event.
const READ_MARK: char = '.';
/// How many hexadecimal digits of that digest.
const READ_DIGITS: usize = 8;

/// The event of a file's row, by what was read from it.
pub(crate) fn event_of_row((source, row): &Identity, content: &str) -> Identity {
    let hash = token_sha256(content);
    let hash = hash.get(..READ_DIGITS).unwrap_or(&hash);
    (source.clone(), format!("{row}{READ_MARK}{hash}"))
}

/// The row of which this is the event, however the row is read; none of what is no event of a file's row.
pub(crate) fn row_of((source, id): &Identity) -> Option<Identity> {
    let (row, _) = id
        .rsplit_once(READ_MARK)
        .filter(|_| source.starts_with(FILE_SOURCE))?;
    Some((source.clone(), row.to_owned()))
}

/// The identity under which `rejected` keeps the bad values of an event that was accepted: an id that with the suffix would
/// be longer than ids may be has its end hashed, so that the bad values can be replayed as any other event.
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

/// The names under which `rejected` may hold an event that is taken in: its own and that of its bad values, and the same of
/// the file's row it was read from.
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
