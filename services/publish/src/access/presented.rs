//! The token that a request presents.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The token of `Authorization: Bearer`, or the password of `Authorization: Basic` with any user name. A browser prompts
/// for the password itself, forgets it when it is closed, and needs no cookie, form or script.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    if let Some(token) = chassis::bearer(headers) {
        return Some(token.to_owned());
    }
    let credentials = BASE64.decode(chassis::authorization(headers, "basic")?);
    let credentials = String::from_utf8(credentials.ok()?).ok()?;
    let (_user, password) = credentials.split_once(':')?;
    Some(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;

    #[test]
    fn a_token_comes_as_bearer_or_as_the_password_of_any_user() {
        let check = |value: &'static str, wanted: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            assert_eq!(token(&headers).as_deref(), wanted, "{value}");
        };
        check("Bearer secret", Some("secret"));
        check("bearer secret", Some("secret"));
        check("Basic b2ZmaWNlOnNlY3JldA==", Some("secret"));
        check("basic b2ZmaWNlOnNlY3JldA", Some("secret"));
        check("Basic OnNlOmNyZXQ=", Some("se:cret"));
        check("Basic c2VjcmV0", None);
        check("Basic %%%", None);
        check("Digest secret", None);
        assert_eq!(token(&HeaderMap::new()), None);
    }
}
