//! Reports on e-mails: in a folder, as an inbox has no place for them. They name the message so that a person finds it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use mail_parser::MessageParser;

use super::Verdict;
use super::place::report_of;

/// The folder of the reports.
pub struct Reports(PathBuf);

impl Reports {
    /// Makes the folder if it is missing.
    pub fn open(folder: Option<&Path>) -> anyhow::Result<Self> {
        let folder = folder.context("name a folder for the reports on e-mails with --reports")?;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        Ok(Reports(folder.to_owned()))
    }

    /// Writes the report on a message of this name, whose head is given.
    pub fn write(
        &self,
        name: &str,
        head: &[u8],
        verdict: Verdict,
        report: &str,
    ) -> anyhow::Result<()> {
        let verdict = match verdict {
            Verdict::Done => "done",
            Verdict::Refused => "refused",
        };
        let path = self.0.join(report_of(name));
        fs::write(&path, format!("{}{verdict}\n\n{report}", heading(head)))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// What a person finds a message by.
fn heading(head: &[u8]) -> String {
    let parsed = MessageParser::default().parse_headers(head);
    let Some(message) = parsed else {
        return String::new();
    };
    let date = message.date().map(mail_parser::DateTime::to_rfc3339);
    let lines = [
        ("subject", message.subject()),
        ("date", date.as_deref()),
        ("message", message.message_id()),
    ];
    let lines = lines.into_iter();
    let lines = lines.filter_map(|(name, text)| Some(format!("{name}: {}\n", text?)));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_its_message() {
        let folder = tempfile::tempdir().unwrap();
        let head = b"From: a@example.com\r\nSubject: =?utf-8?q?Readings_of_T=C5=B7?=\r\nMessage-ID: <1@example.com>\r\n\
            Date: Mon, 02 Mar 2026 09:30:00 +0000\r\n\r\n";
        let reports = Reports::open(Some(folder.path())).unwrap();
        let write = reports.write("7-1", head, Verdict::Refused, "no file\n");
        write.unwrap();
        let text = fs::read_to_string(folder.path().join("7-1.report.txt")).unwrap();
        assert_eq!(
            text,
            "subject: Readings of Tŷ\ndate: 2026-03-02T09:30:00Z\nmessage: 1@example.com\nrefused\n\nno file\n"
        );
        assert!(Reports::open(None).is_err());
    }
}
