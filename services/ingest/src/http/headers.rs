//! Reads a request's headers, before its body.

use axum::http::{HeaderMap, header};
use chrono::{DateTime, NaiveDateTime, Utc};
use events::Written;

use crate::decode::content_mode::ContentMode;
use crate::decode::files::PartOf;
use crate::http::problem_kind::ProblemKind;
use crate::http::response::Problem;
use crate::tokens::is_name;

/// The header in which an operator names the token whose authority applies to the events.
pub(crate) const AS_TOKEN: &str = "X-As-Token";

/// The token named in that header, if any.
pub(crate) fn named_token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    if !headers.contains_key(AS_TOKEN) {
        return Ok(None);
    }
    let name = text(headers, AS_TOKEN).map(str::trim);
    match name.filter(|name| is_name(name)) {
        Some(name) => Ok(Some(name)),
        None => {
            let title = "a header cannot be read";
            let problem = Problem::new(ProblemKind::Unreadable, title);
            Err(problem.detail(format!("{AS_TOKEN} is the name of a token")))
        }
    }
}

/// Whether the body is compressed.
pub(crate) fn is_gzip(headers: &HeaderMap) -> Result<bool, Problem> {
    let encoding = text(headers, header::CONTENT_ENCODING.as_str()).unwrap_or("identity");
    match encoding.trim().to_ascii_lowercase().as_str() {
        "identity" | "" => Ok(false),
        "gzip" | "x-gzip" => Ok(true),
        _ => Err(unsupported(format!(
            "Content-Encoding is gzip or left out; got {encoding:?}"
        ))),
    }
}

/// The body's declared length, in bytes.
pub(crate) fn declared(headers: &HeaderMap) -> Option<usize> {
    text(headers, header::CONTENT_LENGTH.as_str())?.parse().ok()
}

/// How the events of the body are packed.
pub(crate) fn content_mode(headers: &HeaderMap) -> Result<ContentMode, Problem> {
    let (essence, charset) = media_type(headers);
    let binary = headers.contains_key("ce-id") || headers.contains_key("ce-specversion");
    if charset.is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8")) {
        return Err(unsupported("send UTF-8".to_owned()));
    }
    match essence.as_str() {
        "application/cloudevents+json" => Ok(ContentMode::One),
        "application/cloudevents-batch+json" => Ok(ContentMode::Batch),
        "application/x-ndjson" | "application/ndjson" => Ok(ContentMode::Lines),
        "application/json" if binary => attributes(headers).map(ContentMode::Binary),
        _ => Err(unsupported(format!(
            "Content-Type is application/cloudevents+json, application/cloudevents-batch+json, application/x-ndjson, or \
             application/json beside ce-* headers; got {essence:?}"
        ))),
    }
}

/// The media types of files: suppliers' tools use many.
pub(crate) const FILE_TYPES: [&str; 12] = [
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/csv",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "application/x-gzip",
    "message/rfc822",
    "application/octet-stream",
];

/// Checks that the body may be a file.
pub(crate) fn is_file(headers: &HeaderMap) -> Result<(), Problem> {
    let (essence, _) = media_type(headers);
    if essence.is_empty() || FILE_TYPES.contains(&essence.as_str()) {
        return Ok(());
    }
    Err(unsupported(format!(
        "Content-Type is text/csv, or {}; got {essence:?}",
        FILE_TYPES[1..].join(", ")
    )))
}

/// Checks that the body may be JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let (essence, _) = media_type(headers);
    match essence.as_str() {
        "" | "application/json" => Ok(()),
        _ => Err(unsupported(format!(
            "Content-Type is application/json; got {essence:?}"
        ))),
    }
}

/// The media types of services' payloads.
pub(crate) const PAYLOAD_TYPES: [&str; 3] =
    ["application/json", "text/plain", "application/octet-stream"];

/// Checks that the body may be the payload of a service.
pub(crate) fn is_payload(headers: &HeaderMap) -> Result<(), Problem> {
    let (essence, charset) = media_type(headers);
    if charset.is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8")) {
        return Err(unsupported("send UTF-8".to_owned()));
    }
    if essence.is_empty() || PAYLOAD_TYPES.contains(&essence.as_str()) {
        return Ok(());
    }
    Err(unsupported(format!(
        "Content-Type is {}; got {essence:?}",
        PAYLOAD_TYPES.join(", ")
    )))
}

/// When a file was issued, if the sender states it.
pub(crate) fn issued(headers: &HeaderMap) -> Result<Option<DateTime<Utc>>, Problem> {
    if let Some(written) = text(headers, "x-issued") {
        let issued = DateTime::<Utc>::read(written.trim()).ok_or_else(|| {
            let rule = <DateTime<Utc> as Written>::RULE;
            let problem = Problem::new(ProblemKind::Unreadable, "a header cannot be read");
            problem.detail(format!("X-Issued is {rule}; got {written:?}"))
        })?;
        return Ok(Some(issued));
    }
    let modified = text(headers, header::LAST_MODIFIED.as_str());
    let read = |written| NaiveDateTime::parse_from_str(written, "%a, %d %b %Y %H:%M:%S GMT").ok();
    Ok(modified.and_then(read).map(|modified| modified.and_utc()))
}

/// The header in which the sender of a part of a large file says what it is a part of.
pub(crate) const PART_OF: &str = "X-Part-Of";

/// What the body is a part of, if it is a part.
pub(crate) fn part(headers: &HeaderMap) -> Result<Option<PartOf>, Problem> {
    if !headers.contains_key(PART_OF) {
        return Ok(None);
    }
    let part = text(headers, PART_OF).ok_or_else(|| "it is not ASCII".to_owned());
    part.and_then(PartOf::read).map(Some).map_err(|why| {
        let problem = Problem::new(ProblemKind::Unreadable, "a header cannot be read");
        problem.detail(format!(
            "{PART_OF} is a JSON object that says what the body is a part of: {why}"
        ))
    })
}

/// The attributes of binary mode. Its HTTP binding encodes characters outside printable ASCII as `%XX`.
fn attributes(headers: &HeaderMap) -> Result<Vec<(String, String)>, Problem> {
    let mut found = Vec::new();
    for (name, value) in headers {
        let Some(name) = name.as_str().strip_prefix("ce-") else {
            continue;
        };
        let value = std::str::from_utf8(value.as_bytes())
            .ok()
            .and_then(decoded)
            .ok_or_else(|| {
                let problem = Problem::new(ProblemKind::Unreadable, "a header cannot be read");
                problem.detail(format!("ce-{name} is UTF-8, percent-encoded"))
            })?;
        found.push((name.to_owned(), value));
    }
    Ok(found)
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let pair = others
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair
            .filter(|_| *first == b'%')
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = others.get(if byte.is_some() { 2 } else { 0 }..)?;
    }
    String::from_utf8(bytes).ok()
}

fn media_type(headers: &HeaderMap) -> (String, Option<&str>) {
    let written = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let mut parts = written.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.eq_ignore_ascii_case("charset")
            .then(|| value.trim_matches('"'))
    });
    (essence, charset)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn unsupported(detail: String) -> Problem {
    Problem::new(ProblemKind::Unsupported, "this cannot be taken").detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoded_attributes_are_decoded() {
        assert_eq!(decoded("Euro%20%E2%82%AC 5%").as_deref(), Some("Euro € 5%"));
        assert_eq!(decoded("%FF"), None);
    }

    #[test]
    fn a_file_is_issued_at_the_time_in_its_header() {
        let check = |name: &'static str, value: &str, wanted: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            let found = issued(&headers).ok().flatten().map(|at| at.to_rfc3339());
            assert_eq!(found.as_deref(), wanted, "{name}: {value}");
        };
        check(
            "x-issued",
            "2026-03-01T06:00:00+01:00",
            Some("2026-03-01T05:00:00+00:00"),
        );
        check("x-issued", "yesterday", None);
        check(
            "last-modified",
            "Sun, 01 Mar 2026 05:00:00 GMT",
            Some("2026-03-01T05:00:00+00:00"),
        );
        check("last-modified", "yesterday", None);
    }
}
