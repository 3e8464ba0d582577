#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::*;
use crate::args::{FormatsOf, Ingest};

/// A server's answer to one request.
#[derive(Clone, Copy)]
enum Answer {
    /// 202: accepts every line except those that contain `bad`.
    Judged,
    /// 503, with a retry after this many seconds.
    Unavailable(u64),
    /// Any other status, with an empty body.
    Status(&'static str),
    /// 422 for a file that is not in its format.
    NotOfFormat,
    /// Closes the connection without an answer.
    Nothing,
}

/// A real server that gives these answers in turn, and returns the lines of each request.
fn server(answers: Vec<Answer>) -> (String, thread::JoinHandle<Vec<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = read_request(&mut stream);
            let (head, body) = match answer {
                Answer::Judged => ("202 Accepted".to_owned(), judged(&lines).to_string()),
                Answer::Unavailable(after) => {
                    let head = format!("503 Service Unavailable\r\nretry-after: {after}");
                    (
                        head,
                        json!({ "title": "nothing can be kept just now" }).to_string(),
                    )
                }
                Answer::Status(status) => (status.to_owned(), String::new()),
                Answer::NotOfFormat => ("422 Unprocessable Entity".to_owned(), not_of_format()),
                Answer::Nothing => {
                    requests.push(lines);
                    continue;
                }
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).unwrap();
            requests.push(lines);
        }
        requests
    });
    (url, served)
}

fn read_request(stream: &mut TcpStream) -> Vec<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap();
    let length = length.split("\r\n").next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let mut text = String::new();
    GzDecoder::new(body.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    text.lines().map(str::to_owned).collect()
}

fn judged(lines: &[String]) -> Value {
    let bad = (0..).zip(lines).filter(|(_, line)| line.contains("bad"));
    let refusals: Vec<Value> = bad
        .map(|(index, line)| {
            json!({ "index": index, "id": line, "source": "s", "pointer": "/data", "rule": "unreadable", "seen": line, "hint": "send JSON" })
        })
        .collect();
    let (all, refused) = (lines.len(), refusals.len());
    json!({ "received": all, "accepted": all - refused, "refused": refused, "refusals": refusals })
}

fn not_of_format() -> String {
    json!({
        "title": "the file is not of this format", "received": 0, "accepted": 0, "refused": 0,
        "refusals": [{ "index": 0, "pointer": "/row/1", "rule": "file-row", "seen": "MPAN", "hint": "has a column Date" }],
    })
    .to_string()
}

fn import(url: &str, files: &[PathBuf], file_format: &str, patience: u64) -> Import {
    Import {
        files: files.to_vec(),
        file_format: Some(file_format.to_owned()),
        service: None,
        parameters: Vec::new(),
        issued: None,
        patience,
        report: None,
        of: FormatsOf { formats: None },
        ingest: Ingest {
            url: url.to_owned(),
            token: Some("secret".to_owned()),
            ca: None,
            certificate: None,
        },
    }
}

/// Everything that `run` does except printing.
async fn outcomes(import: &Import) -> (Vec<Outcome>, Vec<String>) {
    let pauses = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let to = pauses.clone();
    let mut importer = Importer::new(import, &Progress::hidden()).unwrap().unwrap();
    let patience = Duration::from_secs(import.patience);
    importer.client = importer.client.patient_for(patience, move |waiting| {
        to.lock().unwrap().push(describe(waiting));
    });
    let outcomes = importer.send_all(import, &Progress::hidden()).await;
    let pauses = pauses.lock().unwrap().clone();
    (outcomes, pauses)
}

fn events(folder: &Path, name: &str, lines: usize, bad: &[usize]) -> PathBuf {
    let path = folder.join(name);
    let line = |number: usize| match bad.contains(&number) {
        true => format!("bad-{number}\n"),
        false => format!("event-{number}\n"),
    };
    std::fs::write(&path, (1..=lines).map(line).collect::<String>()).unwrap();
    path
}

/// Checks that everything is counted once, per file and in total.
fn adds_up(outcomes: &[Outcome]) {
    for one in outcomes {
        assert_eq!(one.received, one.accepted + one.refused, "{one:?}");
        let listed = one.refusals.len() as u64 + one.refusals_left_out;
        assert!(one.refused <= listed, "{one:?}");
    }
    let whole = report::document(outcomes);
    for key in ["received", "accepted", "refused", "not_sent"] {
        let files = whole["files"].as_array().unwrap().iter();
        let sum: u64 = files.map(|file| file[key].as_u64().unwrap()).sum();
        assert_eq!(whole[key].as_u64(), Some(sum), "{key}");
    }
}

fn code(outcomes: &[Outcome]) -> String {
    format!("{:?}", outcome::exit_code(outcomes))
}

fn code_of(number: u8) -> String {
    format!("{:?}", ExitCode::from(number))
}

#[tokio::test]
async fn after_a_503_it_resumes_where_it_stopped_and_repeats_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = events(folder.path(), "events.ndjson", 2_500, &[]);
    let (url, served) = server(vec![
        Answer::Judged,
        Answer::Unavailable(0),
        Answer::Nothing,
        Answer::Unavailable(1),
        Answer::Judged,
        Answer::Judged,
    ]);
    let (outcomes, pauses) = outcomes(&import(&url, &[file], "events", 300)).await;
    let first_lines: Vec<String> = served
        .join()
        .unwrap()
        .into_iter()
        .map(|lines| lines[0].clone())
        .collect();
    let again = ["event-1001"; 4];
    assert_eq!(
        first_lines,
        [&["event-1"][..], &again, &["event-2001"]].concat()
    );
    assert_eq!((outcomes[0].received, outcomes[0].accepted), (2_500, 2_500));
    assert_eq!(outcomes[0].not_sent, 0);
    adds_up(&outcomes);
    assert_eq!(code(&outcomes), code_of(0));
    assert_eq!(pauses.len(), 3, "{pauses:?}");
    assert!(
        pauses[0].contains("503 Service Unavailable: nothing can be kept just now"),
        "{pauses:?}"
    );
    assert!(pauses[1].contains("the connection broke off"), "{pauses:?}");
    // The client waits as long as ingest asks.
    assert!(
        pauses[2].contains("; trying again in 1.0 s, and for 29"),
        "{pauses:?}"
    );
}

#[tokio::test]
async fn when_patience_ends_midway_the_summary_lists_what_was_sent_and_what_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        events(folder.path(), "a.ndjson", 10, &[4]),
        events(folder.path(), "b.ndjson", 2_500, &[1_200]),
        events(folder.path(), "c.ndjson", 3, &[]),
    ];
    // The server asks for an hour, but the patience is a minute.
    let (url, served) = server(vec![
        Answer::Judged,
        Answer::Judged,
        Answer::Judged,
        Answer::Unavailable(3_600),
    ]);
    let (outcomes, pauses) = outcomes(&import(&url, &files, "events", 60)).await;
    assert_eq!(served.join().unwrap().len(), 4);
    assert_eq!(pauses, [""; 0], "there is nothing to wait for");
    adds_up(&outcomes);
    let counts = |one: &Outcome| (one.received, one.accepted, one.refused, one.not_sent);
    assert_eq!(counts(&outcomes[0]), (10, 9, 1, 0));
    assert_eq!(counts(&outcomes[1]), (2_000, 1_999, 1, 500));
    assert!(matches!(outcomes[2].stopped, Some(Stopped::NotBegun)));
    assert_eq!(code(&outcomes), code_of(1));
    let name = |at: usize| files[at].display().to_string();
    let text = report::text(&outcomes);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            format!("{}: 10 received, 9 accepted, 1 refused", name(0)),
            "  line 4 bad-4 /data [unreadable]: bad-4; send JSON".to_owned(),
            format!(
                "{}: 2000 received, 1999 accepted, 1 refused; 500 lines not sent",
                name(1)
            ),
            "  line 1200 bad-1200 /data [unreadable]: bad-1200; send JSON".to_owned(),
            format!("{}: 0 received, 0 accepted, 0 refused; not begun", name(2)),
            "2010 received, 2008 accepted, 2 refused; 500 lines not sent; 1 file not begun"
                .to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_batch_without_one_good_line_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let bad: Vec<usize> = (1..=1_000).collect();
    let file = events(folder.path(), "events.ndjson", 1_500, &bad);
    let (url, _) = server(vec![Answer::Judged, Answer::Judged]);
    let (outcomes, _) = outcomes(&import(&url, &[file], "events", 0)).await;
    adds_up(&outcomes);
    assert_eq!((outcomes[0].accepted, outcomes[0].refused), (500, 1_000));
    assert_eq!(code(&outcomes), code_of(3));
    let text = report::text(&outcomes);
    assert!(
        text.contains("  and 980 more reasons; --format json shows them all"),
        "{text}"
    );
    assert!(
        text.ends_with("\n1500 received, 500 accepted, 1000 refused"),
        "{text}"
    );
}

#[tokio::test]
async fn a_file_that_is_refused_as_a_whole_is_no_success_and_is_counted_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["a.csv", "b.csv"].map(|name| events(folder.path(), name, 3, &[]));
    let (url, _) = server(vec![Answer::NotOfFormat, Answer::Judged]);
    let (outcomes, _) = outcomes(&import(&url, &files, "day-rows", 0)).await;
    adds_up(&outcomes[1..]);
    assert_eq!(code(&outcomes), code_of(3));
    let text = report::text(&outcomes);
    let last = text.lines().last().unwrap();
    assert_eq!(
        last,
        "3 received, 3 accepted, 0 refused; 1 file refused as a whole"
    );
}

#[tokio::test]
async fn a_fault_of_a_file_is_named_and_leaves_the_others_to_be_sent() {
    let folder = tempfile::tempdir().unwrap();
    let latin = folder.path().join("latin.ndjson");
    std::fs::write(&latin, b"event-1\nevent-2 \xa3\n").unwrap();
    let missing = folder.path().join("missing.ndjson");
    let good = events(folder.path(), "good.ndjson", 2, &[]);
    let (url, _) = server(vec![Answer::Judged]);
    let (outcomes, _) = outcomes(&import(&url, &[latin, missing, good], "events", 0)).await;
    let reason_of = |one: &Outcome| one.stopped.as_ref().map(|why| chassis::chain(why));
    let text = "the file is not UTF-8 text: line 2 has the byte 0xa3; save or convert it as UTF-8";
    assert_eq!(reason_of(&outcomes[0]).as_deref(), Some(text));
    let read = reason_of(&outcomes[1]).unwrap();
    assert!(
        read.starts_with("cannot read the file; check its path and who may read it: "),
        "{read}"
    );
    assert_eq!(outcomes[2].accepted, 2);
    adds_up(&outcomes);
    assert_eq!(code(&outcomes), code_of(1));
    let text = report::text(&outcomes);
    assert!(
        text.ends_with("2 received, 2 accepted, 0 refused; 2 files not readable"),
        "{text}"
    );
}

#[tokio::test]
async fn faults_of_the_token_end_it_and_are_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    for (status, wanted) in [
        ("401 Unauthorized", "does not know the token"),
        ("403 Forbidden", "forbids this to the token"),
    ] {
        let files = ["a", "b"].map(|name| events(folder.path(), name, 1, &[]));
        let (url, served) = server(vec![Answer::Status(status)]);
        let (outcomes, pauses) = outcomes(&import(&url, &files, "events", 300)).await;
        assert_eq!((served.join().unwrap().len(), pauses.len()), (1, 0));
        let reason = chassis::chain(outcomes[0].stopped.as_ref().unwrap());
        assert!(reason.contains(wanted), "{reason}");
        assert_eq!(outcomes[0].not_sent, 1);
        assert!(matches!(outcomes[1].stopped, Some(Stopped::NotBegun)));
        assert_eq!(code(&outcomes), code_of(1));
    }
}

#[tokio::test]
async fn a_wrong_argument_is_a_usage_error() {
    let wrong = import("127.0.0.1:8080", &["x".into()], "events", 0);
    let ended = run(&wrong, Output::Json).await.unwrap();
    assert_eq!(format!("{ended:?}"), code_of(2));
}

#[tokio::test]
async fn a_report_lists_every_reason_with_its_line_column_value_rule_and_hint() {
    let folder = tempfile::tempdir().unwrap();
    let bad: Vec<usize> = (1..=30).collect();
    let file = events(folder.path(), "events.ndjson", 40, &bad);
    let missing = folder.path().join("missing.ndjson");
    let (url, _) = server(vec![Answer::Judged]);
    let (outcomes, _) = outcomes(&import(&url, &[file.clone(), missing], "events", 0)).await;
    let written = |output: Output| {
        let bytes = report::write(output, &outcomes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let csv = written(Output::Csv);
    let lines: Vec<_> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 1 + 30 + 1);
    assert_eq!(lines[0], "file,line,column,value,rule,hint");
    let name = file.display();
    assert_eq!(
        lines[30],
        format!("{name},30,/data,bad-30,unreadable,send JSON")
    );
    assert!(lines[31].contains(",,,,not-sent,"), "{}", lines[31]);
    let json: Value = serde_json::from_str(&written(Output::Json)).unwrap();
    let last = &json["refusals"][29];
    assert_eq!(
        (&last["line"], &last["column"], &last["value"]),
        (&json!(30), &json!("/data"), &json!("bad-30"))
    );
    let text = written(Output::Text);
    assert!(
        text.contains("  line 30 bad-30 /data [unreadable]: bad-30; send JSON\n"),
        "{text}"
    );
    assert!(text.contains("\ncannot import "), "{text}");
}
