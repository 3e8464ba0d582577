//! Reads a body, and never holds more of it in memory than the limits allow.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use axum::body::Body;
use events::{Refusal, Rule};
use flate2::read::MultiGzDecoder;
use futures::StreamExt;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout_at};

use crate::limits::Limits;
use crate::rejected::payload::{self, RejectedPayload};
use crate::rules::Fault;

/// How long, and how many bytes, a body that is too large is read on and discarded: a sender whose connection closes while it
/// writes sees a broken connection and never the answer.
const LINGER: Duration = Duration::from_secs(10);
const LINGER_BYTES: usize = 256 << 20;

/// A body that cannot be accepted.
#[derive(Debug)]
pub(crate) enum UnfitBody {
    /// The sender went away, paused for too long, or took too long in all: there is no sender to answer, or nothing to keep.
    Gone,
    /// It is refused.
    Refused {
        refusal: Box<Refusal>,
        /// The SHA-256 of what was read, in hexadecimal.
        sha256: String,
        /// The beginning of what was read.
        kept: RejectedPayload,
    },
}

/// Reads a body as transferred.
pub(crate) async fn read(
    body: Body,
    declared: Option<usize>,
    limits: &Limits,
) -> Result<Vec<u8>, UnfitBody> {
    let pause = Duration::from_secs(limits.body_pause_seconds);
    let end = Instant::now() + Duration::from_secs(limits.body_seconds);
    let most = limits.max_body_bytes;
    let mut chunks = body.into_data_stream();
    let mut read = Vec::new();
    if declared.is_none_or(|bytes| bytes <= most) {
        read.reserve(declared.unwrap_or_default());
        loop {
            match timeout_at(end.min(Instant::now() + pause), chunks.next()).await {
                Ok(Some(Ok(chunk))) => {
                    read.extend_from_slice(&chunk);
                    if read.len() > most {
                        break;
                    }
                }
                Ok(None) => return Ok(read),
                Ok(Some(Err(_))) | Err(_) => return Err(UnfitBody::Gone),
            }
        }
    }
    let mut over = Overflow::new(most);
    over.take(&read);
    drop(read);
    let deadline = Instant::now() + LINGER;
    while over.seen < LINGER_BYTES.max(most) {
        match timeout_at(deadline, chunks.next()).await {
            Ok(Some(Ok(chunk))) => over.take(&chunk),
            _ => break,
        }
    }
    Err(over.refused(declared))
}

/// Reads a body and discards it, so that its sender receives the answer; the connection of a slow or too large body is cut.
pub(crate) async fn discard(body: Body, limits: &Limits) {
    let deadline = Instant::now() + LINGER;
    let (mut chunks, mut seen) = (body.into_data_stream(), 0);
    while seen <= limits.max_body_bytes {
        match timeout_at(deadline, chunks.next()).await {
            Ok(Some(Ok(chunk))) => seen += chunk.len(),
            _ => break,
        }
    }
}

/// The known part of a body that is too large: its beginning, and a hash of as much as the limit allows.
struct Overflow {
    most: usize,
    seen: usize,
    hash: Sha256,
    beginning: Vec<u8>,
}

impl Overflow {
    fn new(most: usize) -> Self {
        Overflow {
            most,
            seen: 0,
            hash: Sha256::new(),
            beginning: Vec::new(),
        }
    }

    fn take(&mut self, chunk: &[u8]) {
        let hashed = chunk.len().min(self.most.saturating_sub(self.seen));
        let kept = chunk
            .len()
            .min(payload::LONGEST_TEXT.saturating_sub(self.beginning.len()));
        self.hash.update(&chunk[..hashed]);
        self.beginning.extend_from_slice(&chunk[..kept]);
        self.seen += chunk.len();
    }

    fn refused(self, declared: Option<usize>) -> UnfitBody {
        let hint = format!(
            "a body is at most {} bytes; send it in parts, or compress it with gzip",
            self.most
        );
        let seen = match declared {
            Some(bytes) => format!("{bytes} bytes"),
            None => format!("more than {} bytes", self.most),
        };
        UnfitBody::Refused {
            refusal: Box::new(Fault::new(Rule::TooLarge, hint).at("", seen)),
            sha256: hex::encode(self.hash.finalize()),
            kept: payload::bytes(&self.beginning),
        }
    }
}

/// A body, inflated if it came compressed.
pub(crate) fn inflated(bytes: Vec<u8>, gzip: bool, limits: &Limits) -> Result<Vec<u8>, UnfitBody> {
    if !gzip {
        return Ok(bytes);
    }
    inflate(&bytes, limits.max_inflated_bytes)
        .map_err(|(refusal, beginning)| refused(refusal, &beginning, &bytes))
}

/// The text of a body, inflated if it came compressed.
pub(crate) fn text(bytes: Vec<u8>, gzip: bool, limits: &Limits) -> Result<String, UnfitBody> {
    let inflated = inflated(bytes, gzip, limits)?;
    String::from_utf8(inflated).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let hint = format!("send UTF-8: byte {at} of the body is not");
        let seen = bytes[at..bytes.len().min(at + 8)]
            .escape_ascii()
            .to_string();
        refused(
            Fault::new(Rule::Unreadable, hint).at("", seen),
            bytes,
            bytes,
        )
    })
}

fn refused(refusal: Refusal, kept: &[u8], whole: &[u8]) -> UnfitBody {
    UnfitBody::Refused {
        refusal: Box::new(refusal),
        sha256: hex::encode(Sha256::digest(whole)),
        kept: payload::bytes(kept),
    }
}

fn inflate(bytes: &[u8], most: usize) -> Result<Vec<u8>, (Refusal, Vec<u8>)> {
    let mut inflated = Vec::new();
    let read = MultiGzDecoder::new(bytes)
        .take(most as u64 + 1)
        .read_to_end(&mut inflated);
    let done = inflated.len();
    let fault = match read {
        Ok(_) if done <= most => return Ok(inflated),
        Ok(_) => {
            let hint = format!("a body is at most {most} bytes once inflated; send it in parts");
            Fault::new(Rule::TooLarge, hint).at("", format!("more than {most} bytes"))
        }
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            let hint = "the gzip data is cut short; send it whole";
            let seen = format!(
                "{} bytes, which inflate to {done} and then end",
                bytes.len()
            );
            Fault::new(Rule::Unreadable, hint).at("", seen)
        }
        Err(error) => {
            let hint = format!("Content-Encoding says gzip and the body is none: {error}");
            let seen = bytes[..bytes.len().min(16)].escape_ascii().to_string();
            Fault::new(Rule::Unreadable, hint).at("", seen)
        }
    };
    let beginning = if inflated.is_empty() {
        bytes
    } else {
        &inflated
    };
    let beginning = beginning[..beginning.len().min(payload::LONGEST_TEXT)].to_vec();
    Err((fault, beginning))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn check(bytes: &[u8], zipped: bool, wanted: Result<&str, (Rule, &str)>) {
        let limits = Limits {
            max_inflated_bytes: 100,
            ..Limits::default()
        };
        match (text(bytes.to_vec(), zipped, &limits), wanted) {
            (Ok(text), Ok(wanted)) => assert_eq!(text, wanted),
            (Err(UnfitBody::Refused { refusal, .. }), Err((rule, part))) => {
                assert_eq!(refusal.rule, rule);
                assert!(refusal.hint.contains(part), "{refusal:?}");
            }
            (found, wanted) => panic!("{found:?} is not {wanted:?}"),
        }
    }

    #[test]
    fn a_body_becomes_text_or_a_reason() {
        check(b"abc", false, Ok("abc"));
        check(&gzip(b"abc"), true, Ok("abc"));
        check(
            &gzip(b"abc")[..12],
            true,
            Err((Rule::Unreadable, "cut short")),
        );
        check(b"", true, Err((Rule::Unreadable, "cut short")));
        check(b"abcdefghijklmnop", true, Err((Rule::Unreadable, "none")));
        check(&gzip(&[0; 101]), true, Err((Rule::TooLarge, "100 bytes")));
        check(b"ab\xffc", false, Err((Rule::Unreadable, "byte 2 ")));
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_not_kept() {
        let limits = Limits {
            max_body_bytes: 10,
            ..Limits::default()
        };
        for declared in [None, Some(1000)] {
            let body = Body::from(vec![b'x'; 1000]);
            let Err(UnfitBody::Refused {
                refusal, sha256, ..
            }) = read(body, declared, &limits).await
            else {
                panic!("taken");
            };
            assert_eq!(refusal.rule, Rule::TooLarge);
            assert_eq!(sha256, hex::encode(Sha256::digest([b'x'; 10])));
        }
        assert_eq!(
            read(Body::from("0123456789"), None, &limits).await.unwrap(),
            b"0123456789"
        );
    }
    /// A byte every ten seconds never pauses for too long.
    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_cut_off() {
        let drip = futures::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(10)).await;
            Some((Ok::<_, std::io::Error>("x"), ()))
        });
        let began = Instant::now();
        let outcome = read(Body::from_stream(drip), None, &Limits::default()).await;
        assert!(matches!(outcome, Err(UnfitBody::Gone)), "{outcome:?}");
        assert_eq!(began.elapsed().as_secs(), Limits::default().body_seconds);
        let silent = futures::stream::pending::<std::io::Result<&str>>();
        let began = Instant::now();
        let outcome = read(Body::from_stream(silent), None, &Limits::default()).await;
        assert!(matches!(outcome, Err(UnfitBody::Gone)), "{outcome:?}");
        let pause = Limits::default().body_pause_seconds;
        assert_eq!(began.elapsed().as_secs(), pause);
    }
}
