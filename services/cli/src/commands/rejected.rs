//! `greenledger rejected`: shows a sender the rejections of its events.

use std::collections::BTreeMap;
use std::process::ExitCode;

use bus::{Bus, snapshot};
use chrono::{DateTime, SecondsFormat, Utc};
use events::{RejectedEvent, Topic};
use publish::Cell;
use serde_json::json;

use super::reasons::{self, COLUMNS, LINE, Reason};
use crate::args::{Output, Rejected};
use crate::client::{Listed, Rejection};
use crate::show;

pub async fn run(rejected: &Rejected, output: Output) -> anyhow::Result<ExitCode> {
    let client = rejected.ingest.client()?;
    let since = rejected.since.map(|since| since.to_utc());
    let as_token = rejected.as_token.as_deref();
    let listed = client.rejected(since, rejected.limit, as_token).await?;
    match output {
        Output::Json => show::json_line(&json!(listed)),
        Output::Text => show::text(&text(&listed)),
        Output::Csv => show::text(String::from_utf8_lossy(&csv(&listed)?).trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

/// A row for each reason.
fn csv(listed: &Listed) -> anyhow::Result<Vec<u8>> {
    let mut columns = vec![
        reasons::text("received", "When it was received."),
        reasons::text("source", "Its source."),
        reasons::text("id", "Its id."),
        LINE,
    ];
    columns.extend(COLUMNS);
    columns.push(reasons::text(
        "taken_since",
        "Whether it was accepted since.",
    ));
    let mut rows = Vec::new();
    for rejection in &listed.rejected {
        for refusal in &rejection.refusals {
            let reason = Reason::of(refusal);
            let of_file = rejection.file.as_ref();
            let of_file = of_file.and_then(|file| i64::try_from(file.row).ok());
            let mut row = vec![
                Cell::Text(instant(rejection.received)),
                Cell::Text(rejection.source.clone()),
                Cell::Text(rejection.id.clone()),
                match reason.line {
                    Some(_) => reason.line(),
                    None => of_file.map_or(Cell::Nothing, Cell::Int),
                },
            ];
            row.extend(reason.cells());
            row.push(Cell::Text(rejection.taken_since.to_string()));
            rows.push(row);
        }
    }
    reasons::csv(columns, rows)
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn text(listed: &Listed) -> String {
    let mut lines: Vec<String> = listed.rejected.iter().map(one).collect();
    match (lines.is_empty(), listed.more) {
        (true, false) => lines.push("nothing was rejected".to_owned()),
        (true, true) => lines.push("nothing that ingest still lists was rejected".to_owned()),
        (false, true) => {
            lines.push("there are older ones; --limit lists more, up to 1000".to_owned());
        }
        (false, false) => {}
    }
    lines.join("\n")
}

/// The rejected event, and a line for each reason.
fn one(rejection: &Rejection) -> String {
    let mut text = format!(
        "{}  {} {}",
        rejection.received.format("%Y-%m-%d %H:%M:%SZ"),
        rejection.source,
        rejection.id
    );
    if let Some(kind) = rejection.kind {
        text.push_str(&format!(", {}", kind.as_str()));
    }
    if let Some(urn) = rejection.subject {
        text.push_str(&format!(" of {urn}"));
    }
    if let Some(file) = &rejection.file {
        text.push_str(&format!(", line {} of a file {}", file.row, file.format));
    }
    if rejection.taken_since {
        text.push_str(", taken in since");
    }
    for refusal in &rejection.refusals {
        text.push_str("\n  ");
        text.push_str(&show::reason(refusal));
    }
    text
}

/// The current content of the topic `rejected`, by key.
pub async fn rejected(bus: &Bus) -> anyhow::Result<BTreeMap<String, RejectedEvent>> {
    let mut latest = BTreeMap::new();
    for record in snapshot(bus, Topic::Rejected).await? {
        match record.payload.as_deref().map(serde_json::from_slice) {
            Some(Ok(rejected)) => {
                latest.insert(record.key, rejected);
            }
            Some(Err(error)) => tracing::warn!(key = record.key, %error, "not a refusal"),
            None => {
                latest.remove(&record.key);
            }
        }
    }
    Ok(latest)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    #[test]
    fn each_rejection_shows_its_event_and_reasons() {
        let listed = json!({
            "rejected": [
                {
                    "received": "2026-11-20T09:00:00.000001Z", "source": "hall-meter", "id": "1", "type": "waste.collected.v1",
                    "subject": "900001", "taken_since": true,
                    "refusals": [{ "pointer": "/id", "rule": "conflict", "seen": "1", "hint": "send it under another id" }]
                },
                {
                    "received": "2026-11-19T09:00:00Z", "source": "urn:greenledger:file:day-rows-kwh48", "id": "9f2c-0000017",
                    "file": { "format": "day-rows-kwh48", "row": 17 }, "taken_since": false,
                    "refusals": [{ "pointer": "/row/17", "rule": "file-row", "seen": "MPAN: 12", "hint": "a meter is an MPAN" }]
                }
            ],
            "more": true
        });
        let mut listed: Listed = serde_json::from_value(listed).unwrap();
        assert_eq!(
            text(&listed),
            "2026-11-20 09:00:00Z  hall-meter 1, waste.collected.v1 of 900001, taken in since\n  \
             /id [conflict]: 1; send it under another id\n\
             2026-11-19 09:00:00Z  urn:greenledger:file:day-rows-kwh48 9f2c-0000017, line 17 of a file day-rows-kwh48\n  \
             /row/17 [file-row]: MPAN: 12; a meter is an MPAN\n\
             there are older ones; --limit lists more, up to 1000"
        );
        let csv = String::from_utf8(csv(&listed).unwrap()).unwrap();
        let lines: Vec<_> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(
            lines,
            [
                "received,source,id,line,column,value,rule,hint,taken_since",
                "2026-11-20T09:00:00Z,hall-meter,1,,/id,1,conflict,send it under another id,true",
                "2026-11-19T09:00:00Z,urn:greenledger:file:day-rows-kwh48,9f2c-0000017,17,MPAN,12,file-row,a meter is an MPAN,false"
            ]
        );
        listed.rejected.clear();
        listed.more = false;
        assert_eq!(text(&listed), "nothing was rejected");
    }
}
