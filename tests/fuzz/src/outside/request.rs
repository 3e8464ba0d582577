//! Requests, written as people write them: header lines, an empty line, the body. A file's first line is its format, and that of
//! a service's payload its name and its parameters.

use ingest::fuzzing::{Request, Route};

use crate::verdict;
use crate::world::WORLD;

/// `POST /v1/events`.
pub fn events(data: &[u8]) {
    let (headers, body) = parts(data);
    verdict::hold(
        &WORLD,
        &Request {
            route: Route::Events,
            headers: &headers,
            body,
        },
    );
}

/// `POST /v1/files/{format}`.
pub fn files(data: &[u8]) {
    let (first, rest) = line(data);
    let (headers, body) = parts(rest);
    let format = std::str::from_utf8(first).unwrap_or_default();
    verdict::hold(
        &WORLD,
        &Request {
            route: Route::File(format),
            headers: &headers,
            body,
        },
    );
}

/// `POST /v1/grid`.
pub fn grid(data: &[u8]) {
    let (headers, body) = parts(data);
    verdict::hold(
        &WORLD,
        &Request {
            route: Route::Grid,
            headers: &headers,
            body,
        },
    );
}

/// `POST /v1/services/{name}`.
pub fn services(data: &[u8]) {
    let (first, rest) = line(data);
    let (headers, body) = parts(rest);
    let address = std::str::from_utf8(first).unwrap_or_default();
    let (name, query) = address.split_once('?').unwrap_or((address, ""));
    verdict::hold(
        &WORLD,
        &Request {
            route: Route::Service { name, query },
            headers: &headers,
            body,
        },
    );
}

/// Headers as name and value.
type Headers<'a> = Vec<(&'a str, &'a [u8])>;

fn parts(mut data: &[u8]) -> (Headers<'_>, &[u8]) {
    let mut headers = Vec::new();
    loop {
        let (header, rest) = line(data);
        let ends = header.iter().position(|byte| *byte == b':');
        let Some((name, value)) = ends.and_then(|at| header.split_at_checked(at)) else {
            return (headers, rest);
        };
        if let Ok(name) = std::str::from_utf8(name) {
            headers.push((name, value[1..].trim_ascii()));
        }
        data = rest;
    }
}

fn line(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == b'\n') {
        Some(ends) => (&data[..ends], &data[ends + 1..]),
        None => (data, &[]),
    }
}
