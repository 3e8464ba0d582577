//! Bearer tokens, stored only as hashes: the configuration lists some, a file may list more, and a lookup finds the holder of a
//! presented token. The service decides what a token grants.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::{ConfigError, private, read_config};

/// A token as a configuration lists it.
pub trait TokenEntry: Clone + DeserializeOwned {
    /// Names that no token may have.
    const RESERVED: &'static [&'static str] = &[];

    /// The name of the token's holder.
    fn name(&self) -> &str;
    /// The SHA-256 of the token, in hexadecimal.
    fn sha256(&self) -> &str;
}

/// A token in a configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Its name is not valid in a record's header.
    #[error("a token's name is 1 to 64 letters, digits or -_.; got {0:?}")]
    Name(String),
    /// Its name is reserved for records that services make themselves.
    #[error("no token is called {0:?}: records that services make themselves are named so")]
    Reserved(String),
    /// Its hash is not a SHA-256 in hexadecimal.
    #[error(
        "token {0}: sha256 is 64 hexadecimal digits, as `printf %s TOKEN | sha256sum` gives them"
    )]
    Hash(String),
    /// Two tokens share a name or a hash, so their holders cannot be distinguished.
    #[error("token {0} has the name or the hash of another")]
    Twice(String),
    /// A file of tokens is empty. It was more likely cut short than meant, and it would lock every holder out.
    #[error("{0} holds no token")]
    Empty(PathBuf),
    /// The file of tokens cannot be read.
    #[error("cannot use the file of tokens")]
    File(#[from] ConfigError),
}

/// The SHA-256 of a token, in the form a configuration holds.
pub fn token_sha256(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// The token of `Authorization: Bearer`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    authorization(headers, "bearer")
}

/// The part of `Authorization` after the scheme, if the header uses this scheme.
pub fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (its, credentials) = value.split_once(' ')?;
    its.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
}

/// The tokens, ready for comparison.
pub struct Tokens<T>(Vec<([u8; 32], Arc<T>)>);

impl<T: TokenEntry> Tokens<T> {
    /// Loads the tokens that a configuration lists, and the current ones of its file. Logs a warning if users other than its
    /// owner can read the file.
    pub fn load(listed: &[T], file: Option<&Path>) -> Result<Self, TokenError> {
        let mut tokens = listed.to_vec();
        if let Some(path) = file {
            let more = read_tokens(path)?;
            if more.is_empty() {
                return Err(TokenError::Empty(path.to_owned()));
            }
            private::warn_if_exposed(path);
            tokens.extend(more);
        }
        Tokens::new(&tokens)
    }

    /// Builds the list from these tokens.
    pub fn new(tokens: &[T]) -> Result<Self, TokenError> {
        let mut seen = HashSet::new();
        let mut ready = Vec::with_capacity(tokens.len());
        for token in tokens {
            let name = token.name().to_owned();
            if !is_token_name(&name) {
                return Err(TokenError::Name(name));
            }
            if T::RESERVED.contains(&name.as_str()) {
                return Err(TokenError::Reserved(name));
            }
            let mut hash = [0; 32];
            if hex::decode_to_slice(token.sha256(), &mut hash).is_err() {
                return Err(TokenError::Hash(name));
            }
            if !seen.insert(name.clone().into_bytes()) || !seen.insert(hash.to_vec()) {
                return Err(TokenError::Twice(name));
            }
            ready.push((hash, Arc::new(token.clone())));
        }
        Ok(Tokens(ready))
    }

    /// The entry of this token. Every hash is compared in full, even after a match, and without branches, so that the time it
    /// takes reveals neither how much of a hash was right nor whose it is.
    pub fn holder(&self, presented: &str) -> Option<Arc<T>> {
        let hash: [u8; 32] = Sha256::digest(presented).into();
        let mut place = u64::MAX;
        for (at, (known, _)) in (0..).zip(&self.0) {
            place.conditional_assign(&at, known.ct_eq(&hash));
        }
        let (_, token) = self.0.get(usize::try_from(place).ok()?)?;
        Some(token.clone())
    }

    /// The entry with this name.
    pub fn by_name(&self, name: &str) -> Option<Arc<T>> {
        let found = self.0.iter().find(|(_, token)| token.name() == name);
        found.map(|(_, token)| token.clone())
    }

    /// The names of all tokens.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, token)| token.name())
    }
}

/// Parses a file that holds only tokens.
fn read_tokens<T: TokenEntry>(path: &Path) -> Result<Vec<T>, ConfigError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, bound(deserialize = "T: DeserializeOwned"))]
    struct File<T> {
        #[serde(default = "Vec::new")]
        tokens: Vec<T>,
    }
    read_config::<File<T>>(path).map(|file| file.tokens)
}

/// Whether a token may have this name.
pub fn is_token_name(name: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=64).contains(&name.len()) && name.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Deserialize)]
    struct Entry {
        name: String,
        sha256: String,
    }

    impl TokenEntry for Entry {
        fn name(&self) -> &str {
            &self.name
        }

        fn sha256(&self) -> &str {
            &self.sha256
        }
    }

    fn token(name: &str, secret: &str) -> Entry {
        Entry {
            name: name.to_owned(),
            sha256: token_sha256(secret),
        }
    }

    #[test]
    fn a_token_is_known_by_its_hash() {
        let tokens = Tokens::new(&[token("a", "one"), token("b", "two")]).unwrap();
        let holder = |secret| tokens.holder(secret).map(|token| token.name.clone());
        assert_eq!(holder("two").as_deref(), Some("b"));
        assert_eq!(holder("one").as_deref(), Some("a"));
        assert_eq!(holder("three"), None);
        assert_eq!(holder(""), None);
    }

    #[test]
    fn tokens_that_cannot_be_distinguished_are_refused() {
        let check = |tokens: &[Entry], wanted: &str| {
            let message = Tokens::new(tokens).err().unwrap().to_string();
            assert!(message.contains(wanted), "{message}");
        };
        let other = "has the name or the hash of another";
        check(
            &[token("a", "x"), token("a", "y")],
            &format!("token a {other}"),
        );
        check(
            &[token("a", "x"), token("b", "x")],
            &format!("token b {other}"),
        );
        check(&[token("a b", "x")], "got \"a b\"");
        let short = Entry {
            sha256: "12".to_owned(),
            ..token("a", "x")
        };
        check(&[short], "token a: sha256 is 64 hexadecimal digits");
    }

    #[test]
    fn a_file_adds_to_the_tokens_of_the_configuration_and_is_not_empty() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.toml");
        let hash = token_sha256("two");
        let text = format!("[[tokens]]\nname = \"b\"\nsha256 = \"{hash}\"\n");
        std::fs::write(&file, text).unwrap();
        let tokens = Tokens::load(&[token("a", "one")], Some(&file)).unwrap();
        assert_eq!(tokens.names().collect::<Vec<_>>(), ["a", "b"]);
        std::fs::write(&file, "").unwrap();
        let empty = Tokens::load(&[token("a", "one")], Some(&file)).err();
        assert!(matches!(empty, Some(TokenError::Empty(path)) if path == file));
    }

    #[test]
    fn the_scheme_is_read_in_any_case_and_no_other_is_taken_for_it() {
        let check = |value: &'static str, wanted| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            assert_eq!(bearer(&headers), wanted, "{value}");
        };
        check("Bearer abc", Some("abc"));
        check("bearer  abc ", Some("abc"));
        check("Basic abc", None);
        check("abc", None);
    }
}
