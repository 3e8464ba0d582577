//! The only stylesheet, and the policy that blocks everything else.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// The stylesheet. No page has a `style` attribute: the policy would refuse it.
pub(super) const STYLE: &str = include_str!("style.css");

/// The content security policy of every page: this stylesheet, the icon, searches of this service, and nothing else.
pub(super) fn policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let hash = base64(&Sha256::digest(STYLE));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'"
        )
    });
    &POLICY
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place > chunk.len() {
                '='
            } else {
                char::from(letter)
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_rfc_4648s() {
        for (plain, encoded) in [
            ("foobar", "Zm9vYmFy"),
            ("fooba", "Zm9vYmE="),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(super::base64(plain.as_bytes()), encoded);
        }
    }
}
