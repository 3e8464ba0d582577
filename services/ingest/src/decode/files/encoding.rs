//! The text of a file, whatever it is encoded in.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes are decoded at a time.
const CHUNK: usize = 1 << 16;
/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

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

/// The same for a file that is too large for memory: writes its text to another file, as UTF-8.
pub fn decode(from: &mut File, to: &mut File) -> io::Result<()> {
    let mut begins = 0;
    let mut first = beginning(from, begins)?;
    while first.starts_with(MARK) {
        begins += MARK.len() as u64;
        first = beginning(from, begins)?;
    }
    let utf16 = match first.as_slice() {
        [0xff, 0xfe, ..] => Some((UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((UTF_16BE, 2)),
        [first, 0, second, 0] if *first != 0 && *second != 0 => Some((UTF_16LE, 0)),
        [0, first, 0, second] if *first != 0 && *second != 0 => Some((UTF_16BE, 0)),
        _ => None,
    };
    let tried = match utf16 {
        Some((encoding, mark)) => vec![(encoding, begins + mark)],
        None => vec![(UTF_8, begins), (WINDOWS_1252, begins)],
    };
    for (encoding, begins) in tried {
        from.seek(SeekFrom::Start(begins))?;
        to.set_len(0)?;
        to.rewind()?;
        // UTF-16 with wrong characters is still UTF-16.
        if decoded(encoding, from, to)? {
            break;
        }
    }
    to.flush()
}

fn beginning(from: &mut File, at: u64) -> io::Result<Vec<u8>> {
    from.seek(SeekFrom::Start(at))?;
    let mut first = Vec::new();
    from.take(4).read_to_end(&mut first)?;
    Ok(first)
}

/// Writes the text; false if it is not UTF-8.
fn decoded(encoding: &'static Encoding, from: &mut File, to: &mut File) -> io::Result<bool> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut chunk = vec![0; CHUNK];
    let mut text = String::with_capacity(4 * CHUNK);
    loop {
        let read = from.read(&mut chunk)?;
        let mut rest = chunk.get(..read).unwrap_or_default();
        let is_last = read == 0;
        loop {
            let (result, used) =
                decoder.decode_to_string_without_replacement(rest, &mut text, is_last);
            rest = rest.get(used..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => text.reserve(4 * CHUNK),
                DecoderResult::Malformed(..) if encoding == UTF_8 => return Ok(false),
                DecoderResult::Malformed(..) => text.push(char::REPLACEMENT_CHARACTER),
            }
        }
        text.retain(|letter| letter != '\0');
        to.write_all(text.as_bytes())?;
        text.clear();
        if is_last {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded_file(bytes: &[u8]) -> String {
        let (mut from, mut to) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        from.write_all(bytes).unwrap();
        to.write_all(b"what was there before").unwrap();
        decode(&mut from, &mut to).unwrap();
        to.rewind().unwrap();
        let mut text = String::new();
        to.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_file_is_decoded_like_a_text() {
        let check = |bytes: &[u8]| assert_eq!(decoded_file(bytes), text(bytes.to_vec()));
        let long = "Ysgol Tŷ,1\r\n".repeat(2 * CHUNK / 13);
        let utf16: Vec<u8> = long.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(long.as_bytes());
        check(&[MARK, long.as_bytes()].concat());
        check(&[long.as_bytes(), b"Caf\xe9"].concat());
        check(&[MARK, MARK, b"Caf\xe9\0\0"].concat());
        check(&utf16);
        check(&[&[0xff, 0xfe], utf16.as_slice(), &[0x00, 0xd8]].concat());
        check(b"");
    }

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
