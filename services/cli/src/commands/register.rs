//! `greenledger register diff|apply`: compares the files that a trust has of its schools and meters with the register, and
//! registers what differs. What the files do not state stays as it is registered.

mod cells;
mod columns;
mod diff;
mod meters;
mod note;
mod place;
mod report;
mod roster;
mod schools;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::Utc;
use events::SettlementDay;

use self::diff::{Diff, Lists, Terms, diff, joined};
use self::place::open;
use self::roster::Roster;
use self::schools::{Choice, Schools};
use crate::args::{Format, RegisterCommand, RegisterFiles};
use crate::client::{Answer, Registered};
use crate::show;

/// Events per request.
const BATCH: usize = 500;

pub async fn run(command: &RegisterCommand, format: Format) -> anyhow::Result<ExitCode> {
    match command {
        RegisterCommand::Diff { files } => {
            let client = files.ingest.client()?;
            let diff = compared(files, &client.register().await?)?;
            match format {
                Format::Json => show::json_line(&report::json(&diff, None)),
                Format::Text => show::text(&report::text(&diff)),
            }
            Ok(exit_code(&diff, None))
        }
        RegisterCommand::Apply { files, yes } => apply(files, *yes, format).await,
    }
}

async fn apply(files: &RegisterFiles, yes: bool, format: Format) -> anyhow::Result<ExitCode> {
    let client = files.ingest.client()?;
    let diff = compared(files, &client.register().await?)?;
    if format == Format::Text {
        show::text(&report::text(&diff));
    }
    let events = diff.events();
    if !events.is_empty() && !yes {
        let question = format!("Send {}?", report::counted(events.len(), "registration"));
        match show::confirmed(&question) {
            Some(true) => {}
            Some(false) => bail!("nothing was sent"),
            None => bail!(
                "nothing was sent: look at the differences with `register diff`, then say --yes"
            ),
        }
    }
    let mut answer = Answer::default();
    for batch in events.chunks(BATCH) {
        answer.add(client.send(batch).await?);
    }
    match format {
        Format::Json => show::json_line(&report::json(&diff, Some(&answer))),
        Format::Text if events.is_empty() => show::text("nothing to send"),
        Format::Text => show::answer(format, &answer),
    }
    Ok(exit_code(&diff, Some(&answer)))
}

/// What could not be compared counts like what was refused.
fn exit_code(diff: &Diff, answer: Option<&Answer>) -> ExitCode {
    let refused = answer.map_or(0, |answer| answer.refused);
    show::exit_code(refused + diff.problems.len() as u64)
}

fn compared(files: &RegisterFiles, registered: &Registered) -> anyhow::Result<Diff> {
    let now = Utc::now();
    let terms = Terms {
        member_from: files.member_from.clone(),
        meters_from: files.meters_from,
        missing_ended: files.missing_ended,
        now,
        today: SettlementDay::of(now).0,
    };
    let schools = files
        .schools
        .as_deref()
        .map(|file| read_schools(file, files));
    let schools = schools.transpose()?;
    let roster = roster(registered, schools.as_ref(), &terms);
    let meters = files.meters.as_deref().map(|file| -> anyhow::Result<_> {
        let mut problems = Vec::new();
        let tables = open(&file.display().to_string(), read(file)?, &mut problems);
        let mut meters = meters::read(&tables, &files.column, &roster);
        meters.problems.splice(..0, problems);
        Ok(meters)
    });
    let lists = Lists {
        schools: schools.as_ref(),
        meters: meters.transpose()?,
        roster: &roster,
    };
    Ok(diff(lists, registered, &terms))
}

fn read_schools(file: &Path, files: &RegisterFiles) -> anyhow::Result<Schools> {
    let choice = Choice {
        trust: files.trust.clone(),
        urns: files.urn.iter().copied().collect(),
        trust_id: files.trust_id.clone(),
        roll_source: files.roll_source.clone(),
    };
    let mut problems = Vec::new();
    let tables = open(&file.display().to_string(), read(file)?, &mut problems);
    let mut schools = schools::read(&tables, &choice);
    schools.problems.splice(..0, problems);
    Ok(schools)
}

/// The schools that a list of meters may name.
fn roster(registered: &Registered, schools: Option<&Schools>, terms: &Terms) -> Roster {
    let mut roster = Roster::default();
    for known in &registered.schools {
        let school = &known.registered;
        roster.add(known.urn, &school.name, Some(school.member_from));
    }
    for stated in schools.into_iter().flat_map(|schools| &schools.stated) {
        roster.add(stated.urn, &stated.name, joined(stated, terms, true));
    }
    roster
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}
