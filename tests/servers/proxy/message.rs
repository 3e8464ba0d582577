//! HTTP by hand: the part that clients of a store use.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stores::faulty::Operation;

/// A complete request.
pub struct Request {
    head: String,
    body: Vec<u8>,
}

const END_OF_HEAD: &[u8] = b"\r\n\r\n";

impl Request {
    /// `None` if the client closes the connection before the end of the request.
    pub async fn read(client: &mut TcpStream) -> io::Result<Option<Request>> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(head) = head_of(&bytes) {
                break head;
            }
            if client.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
        };
        let mut body = bytes.split_off(head);
        let head = String::from_utf8(bytes).expect("a head in UTF-8");
        let lower = head.to_ascii_lowercase();
        assert!(!lower.contains("\r\ntransfer-encoding:"), "{head}");
        let length = lower
            .split("\r\n")
            .find_map(|line| line.strip_prefix("content-length:"))
            .map_or(0, |length| length.trim().parse().expect("a length"));
        while body.len() < length {
            if client.read_buf(&mut body).await? == 0 {
                return Ok(None);
            }
        }
        Ok(Some(Request { head, body }))
    }

    fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    fn has_parameter(&self, name: &str) -> bool {
        let query = self.target().split_once('?').map_or("", |(_, query)| query);
        query
            .split('&')
            .any(|parameter| parameter.starts_with(name))
    }

    pub fn operation(&self) -> Operation {
        match self.method() {
            "GET" if self.has_parameter("list-type=") || self.has_parameter("comp=list") => {
                Operation::List
            }
            "GET" | "HEAD" => Operation::Get,
            "DELETE" => Operation::Delete,
            "POST" if self.has_parameter("delete") || self.has_parameter("comp=batch") => {
                Operation::Delete
            }
            _ => Operation::Create,
        }
    }

    /// Whether it begins, continues or ends a multipart upload of S3 or Azure.
    pub fn is_of_an_upload_in_parts(&self) -> bool {
        ["uploads", "uploadId=", "comp=block"]
            .iter()
            .any(|name| self.has_parameter(name))
    }

    /// Whether it is long enough to be cut.
    pub fn carries_much(&self) -> bool {
        self.body.len() > 1
    }

    /// The unchanged request, with no other on the same connection: the end of the connection ends the answer.
    pub fn forwarded(&self) -> Vec<u8> {
        let (first, rest) = self.head.split_once("\r\n").expect("a line");
        let mut bytes = format!("{first}\r\nConnection: close\r\n{rest}").into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// The length of the head with its blank line.
fn head_of(bytes: &[u8]) -> Option<usize> {
    let end = bytes
        .windows(END_OF_HEAD.len())
        .position(|some| some == END_OF_HEAD)?;
    Some(end + END_OF_HEAD.len())
}

/// Sends a request to the store, and returns the answer.
pub async fn ask(store: &str, request: Vec<u8>) -> io::Result<Vec<u8>> {
    let store = TcpStream::connect(store).await?;
    let (mut answers, mut asks) = store.into_split();
    let asking = async {
        // The store may answer before it has read everything.
        let _answered = asks.write_all(&request).await;
    };
    let mut answer = Vec::new();
    let answering = async {
        let _ended = answers.read_to_end(&mut answer).await;
    };
    tokio::join!(asking, answering);
    Ok(answer)
}

/// Sends an incomplete request, and closes the connection.
pub async fn break_off(store: &str, request: Vec<u8>) -> io::Result<()> {
    let mut store = TcpStream::connect(store).await?;
    store.write_all(&request).await?;
    store.shutdown().await?;
    let _whatever = store.read_to_end(&mut Vec::new()).await;
    Ok(())
}

/// The head and half of the body; of one without a body, half of the head.
pub fn cut_short(mut message: Vec<u8>) -> Vec<u8> {
    let head = head_of(&message).unwrap_or_default();
    let body = message.len() - head;
    message.truncate(if body == 0 { head / 2 } else { head + body / 2 });
    message
}

/// The answer of a store that refuses.
pub fn refusal(status: &str, code: &str) -> Vec<u8> {
    let body = format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>by plan</Message></Error>"
    );
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head, body].concat().into_bytes()
}
