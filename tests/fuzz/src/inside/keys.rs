//! Keys of the lake.

use lake::LedgerFolder;

/// The folder that a key lies in has a key that lies in it.
pub fn keys(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Some(folder) = LedgerFolder::of(text) {
        assert_eq!(LedgerFolder::of(&folder.key()), Some(folder), "{text}");
    }
}
