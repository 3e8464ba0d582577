//! The text of a file, whatever it is encoded in.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// UTF-16 by its byte order mark or by its zero bytes, UTF-8, or else Windows-1252, in which every byte is a character. Zero
/// characters, which some exports pad with, are left out.
pub(super) fn text(bytes: Vec<u8>) -> String {
    let decoded = match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => return text(rest.to_vec()),
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => {
            UTF_16LE.decode_without_bom_handling(&bytes).0.into_owned()
        }
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => {
            UTF_16BE.decode_without_bom_handling(&bytes).0.into_owned()
        }
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let bytes = error.as_bytes();
                WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0
                    .into_owned()
            }
        },
    };
    match decoded.contains('\0') {
        true => decoded.replace('\0', ""),
        false => decoded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_any_usual_encoding() {
        let check = |bytes: &[u8]| assert_eq!(text(bytes.to_vec()), "Ysgol Tŷ,1\r\n");
        let utf16: Vec<u16> = "Ysgol Tŷ,1\r\n".encode_utf16().collect();
        let little: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        check("Ysgol Tŷ,1\r\n".as_bytes());
        check("\u{feff}Ysgol Tŷ,1\r\n".as_bytes());
        check("Ysgol\0 Tŷ,1\r\n\0\0".as_bytes());
        check(&[&[0xff, 0xfe], little.as_slice()].concat());
        check(&[&[0xfe, 0xff], big.as_slice()].concat());
        check(&little);
        check(&big);
        assert_eq!(text(b"Caf\xe9 \x96 5".to_vec()), "Café – 5");
    }
}
