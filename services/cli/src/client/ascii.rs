//! JSON as the value of a header.

/// JSON without characters that no header may have: it writes them as escapes.
pub(super) fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() && letter != '\x7f' {
            text.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn any_text_fits_into_a_header_and_stays_what_it_is() {
        for text in ["june.csv", "Tŷ\n\t\"\\", "😀\u{7f}\0"] {
            let json = ascii(&serde_json::to_string(text).unwrap());
            assert!(HeaderValue::from_str(&json).is_ok(), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
