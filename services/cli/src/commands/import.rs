//! `greenledger import`: files through ingest, with progress and a summary of what was refused and why.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::args::{Format, Import};
use crate::client::{Answer, IngestClient};
use crate::show::{self, exit_code, progress};

/// Events per request.
const BATCH: usize = 1_000;

pub async fn run(import: &Import, format: Format) -> anyhow::Result<ExitCode> {
    let client = import.ingest.client()?;
    let progress = progress(import.files.len() as u64, format);
    let mut total = Answer::default();
    let mut outcome = Ok(());
    for file in &import.files {
        progress.set_message(file.display().to_string());
        outcome = send(&client, file, import, &mut total).await;
        if outcome.is_err() {
            break;
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    // What was taken before something failed is taken, and said.
    show::answer(format, &total);
    outcome.map(|()| exit_code(refused(&total)))
}

/// What was refused. A file of which no row could be read has no event that could be counted, and yet is refused.
fn refused(total: &Answer) -> u64 {
    total.refused.max(total.refusals.len().min(1) as u64)
}

async fn send(
    client: &IngestClient,
    file: &Path,
    import: &Import,
    total: &mut Answer,
) -> anyhow::Result<()> {
    let content = read(file)?;
    let file_format = import.file_format.as_str();
    let sent = match file_format {
        "events" => send_events(client, &content, total).await,
        supplier => client
            .send_file_issued(supplier, &content, import.issued)
            .await
            .map_err(Into::into)
            .map(|answer| total.add(answer)),
    };
    sent.with_context(|| {
        format!(
            "cannot import {} as {file_format}; --file-format says what it is",
            file.display()
        )
    })
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut content = Vec::new();
        std::io::stdin()
            .read_to_end(&mut content)
            .context("cannot read standard input")?;
        return Ok(content);
    }
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

async fn send_events(
    client: &IngestClient,
    content: &[u8],
    total: &mut Answer,
) -> anyhow::Result<()> {
    let text = std::str::from_utf8(content).context("cannot read it as text")?;
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    for batch in lines.chunks(BATCH) {
        total.add(client.send_lines(batch).await?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use events::Rule;

    use super::*;
    use crate::client::Refused;

    #[test]
    fn a_file_that_is_refused_as_a_whole_is_no_success() {
        assert_eq!(refused(&Answer::default()), 0);
        let whole = Answer {
            refusals: vec![Refused {
                index: 0,
                id: None,
                source: None,
                pointer: "/row/1".to_owned(),
                rule: Rule::FileRow,
                seen: "MPAN,Date".to_owned(),
                mend: "this format has a column ConsumptionDate".to_owned(),
            }],
            ..Answer::default()
        };
        assert_eq!(refused(&whole), 1);
    }
}
