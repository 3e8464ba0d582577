//! `greenledger demo`: a made-up trust, everything in one process, through the real HTTP API.

mod journal;
mod load;
mod settings;
mod trust;

use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use bus::KafkaConfig;
use chassis::{LogFormat, start_logs, stop_on_signals};
use chrono::{DateTime, Utc};
use events::{SettlementDay, StarsLevel};
use footprint::factors::Fallback;
use ingest::{Scope, Token, token_sha256};
use publish::{FootprintStore, TrustView};
use serde_json::json;

use self::journal::Journal;
use self::trust::{MadeUpTrust, TRUST_ID, TRUST_NAME};
use crate::args;
use crate::args::Format;
use crate::client::{Answer, IngestClient};
use crate::show;
use crate::show::{exit_code, progress};
use crate::trust_export;
use crate::up::{Listen, Running, UpConfig, start};
use crate::wait_until_settled::wait_until_settled;

/// A public token: the demo listens on the loopback interface only, and none of its data is real.
const TOKEN: &str = "calder-vale-demo";
const SEED: u64 = 2026;
const PERIOD: &str = "trailing-12-months";
/// The timeout until the load has reached every service.
const PATIENCE: Duration = Duration::from_secs(300);
/// The file of made-up temperatures, which the estimates for gas gaps use.
const TEMPERATURES: &str = "temperatures.csv";
/// How often meters send the half-hours that have ended.
const METERS_PUSH_EVERY: Duration = Duration::from_secs(30);

pub(crate) async fn run(demo: &args::Demo, format: Format) -> anyhow::Result<ExitCode> {
    start_logs(LogFormat::Text, "warn,librdkafka=off,rdkafka=off");
    let began = Instant::now();
    let mut journal = Journal::open(&demo.data_dir)?;
    let config = config(demo, &journal);
    let stop = stop_on_signals(Duration::from_secs(config.stop_seconds))?;
    let trust = MadeUpTrust::new(SEED, journal.started());
    journal.holds(&trust.fingerprint())?;
    write_temperatures(demo, &trust)?;
    let running = start(&config, stop.clone())
        .await
        .context("cannot start; if another program uses the ports, choose others with --port")?;
    let file = demo.data_dir.join("greenledger.toml");
    fs::write(file, config_file(demo, &config))?;
    let client = IngestClient::new(&running.ingest, TOKEN)?;
    let work = async {
        let (footprint_store, answer) =
            loaded(&config, &running, &client, &trust, &mut journal, format).await?;
        exported(&config, &footprint_store).await?;
        show_all(demo, &running, &footprint_store, &answer, began, format)?;
        if !demo.once {
            live(&client, &trust).await;
        }
        anyhow::Ok(answer.refused)
    };
    let outcome = tokio::select! {
        outcome = work => outcome,
        () = stop.cancelled() => Ok(0),
    };
    stop.cancel();
    running.ended().await?;
    Ok(exit_code(outcome?))
}

fn config(demo: &args::Demo, journal: &Journal) -> UpConfig {
    let mut config = UpConfig::in_folder(demo.data_dir.clone());
    config.listen = Listen::from_port(demo.port);
    config.tokens = vec![Token {
        name: "demo".to_owned(),
        sha256: token_sha256(TOKEN),
        scope: Scope::Trust(TRUST_ID.to_owned()),
        may_register: true,
        may_send_grid: true,
        operator: false,
    }];
    // The academic year that has just begun has no factors yet; the page names the factors that are used instead.
    config.factors.fallback = Fallback::PreviousYear;
    config.figures.temperatures = Some(demo.data_dir.join(TEMPERATURES));
    // Each data folder has its own topics: a new demo sees nothing of an earlier one.
    config.kafka = demo.brokers.as_ref().map(|brokers| KafkaConfig {
        topic_prefix: journal.topic_prefix().to_owned(),
        ..KafkaConfig::at(brokers)
    });
    config.flush.seconds = 2;
    config.results_every_seconds = 1;
    config
        .trusts
        .insert(TRUST_ID.to_owned(), settings::settings());
    config.schedules = vec![publish::Schedule {
        name: "daily".to_owned(),
        trust: TRUST_ID.to_owned(),
        cron: "0 6 * * *".to_owned(),
        time_zone: chrono_tz::Europe::London,
    }];
    config
}

/// The same configuration as a file, so that the other commands can be tried on the demo.
fn config_file(demo: &args::Demo, config: &UpConfig) -> String {
    let data_dir = std::path::absolute(&demo.data_dir).unwrap_or_else(|_| demo.data_dir.clone());
    let kafka = config.kafka.as_ref().map(|kafka| {
        format!(
            "\n[kafka]\nbrokers = {:?}\ntopic_prefix = {:?}\n",
            kafka.brokers, kafka.topic_prefix
        )
    });
    format!(
        "# The demo's configuration, for commands run beside it:\n\
         #   greenledger explain 900001 --config {0}/greenledger.toml\n\
         data_dir = {1:?}\n{2}\n[factors]\nfallback = \"previous-year\"\n\n[figures]\ntemperatures = {3:?}\n{4}",
        demo.data_dir.display(),
        data_dir,
        kafka.unwrap_or_default(),
        data_dir.join(TEMPERATURES),
        settings::as_toml(),
    )
}

/// Writes the temperatures of the days that are loaded.
fn write_temperatures(demo: &args::Demo, trust: &MadeUpTrust) -> anyhow::Result<()> {
    let today = SettlementDay::of(Utc::now()).0;
    let file = demo.data_dir.join(TEMPERATURES);
    let table = trust.temperatures(load::first_day(today), today);
    fs::write(&file, table).with_context(|| format!("cannot write {}", file.display()))
}

/// Sends what has not been sent before, and waits until it is published and written.
async fn loaded(
    config: &UpConfig,
    running: &Running,
    client: &IngestClient,
    trust: &MadeUpTrust,
    journal: &mut Journal,
    format: Format,
) -> anyhow::Result<(FootprintStore, Answer)> {
    let bar = progress(0, format);
    let answer = load::load(client, trust, Utc::now(), journal, &bar).await?;
    bar.set_message("into the ledger and onto the page");
    let lake = config.lake().open()?;
    let wait_until_settled =
        wait_until_settled(&running.bus, &lake, &config.trusts, PATIENCE).await;
    let footprint_store = match wait_until_settled {
        Ok(footprint_store) => footprint_store,
        Err(error) => return Err(error.context(degraded(&running.publish).await)),
    };
    bar.finish_and_clear();
    Ok((footprint_store, answer))
}

/// The parts that publish reports as degraded.
async fn degraded(publish: &str) -> String {
    let answer = reqwest::get(format!("{publish}/readyz")).await;
    let text = match answer {
        Ok(answer) => answer.text().await.unwrap_or_default(),
        Err(error) => error.to_string(),
    };
    let lines: Vec<&str> = text.lines().filter(|line| *line != "ready").collect();
    format!("cannot publish everything; {}", lines.join("; "))
}

async fn exported(config: &UpConfig, footprint_store: &FootprintStore) -> anyhow::Result<()> {
    let folder = config
        .data_dir
        .join("lake/exports")
        .join(TRUST_ID)
        .join("demo");
    trust_export::write(footprint_store, TRUST_ID, &config.trusts, &folder)?;
    Ok(())
}

/// Sends the values of the meters as time passes, for as long as the demo runs.
async fn live(client: &IngestClient, trust: &MadeUpTrust) {
    let mut since = Utc::now();
    loop {
        tokio::time::sleep(METERS_PUSH_EVERY).await;
        let until: DateTime<Utc> = Utc::now();
        match client.send(&trust.live(since, until)).await {
            Ok(_) => since = until,
            Err(error) => tracing::warn!(%error, "live readings wait"),
        }
    }
}

fn show_all(
    demo: &args::Demo,
    running: &Running,
    footprint_store: &FootprintStore,
    answer: &Answer,
    began: Instant,
    format: Format,
) -> anyhow::Result<()> {
    let view = footprint_store
        .view(TRUST_ID, PERIOD, settings::settings().targets())
        .context("no figures were published")?;
    let seconds = began.elapsed().as_secs_f64();
    if format == Format::Json {
        let schools = publish::schools(&view).json(TRUST_ID, PERIOD, &view.totals.factor_sets)?;
        let schools: serde_json::Value = serde_json::from_slice(&schools)?;
        show::json_line(&json!({
            "trust": TRUST_ID,
            "tonnes_co2e_per_pupil": view.tonnes_per_pupil(),
            "tonnes_co2e_per_pupil_at_baseline_factors": view.tonnes_per_pupil_at_baseline(),
            "partial_tonnes_co2e_per_pupil": view.partial_tonnes_per_pupil(),
            "enough_data": view.sufficiency.is_enough(),
            "schools": schools["rows"],
            "events": { "received": answer.received, "accepted": answer.accepted, "refused": answer.refused },
            "seconds": seconds,
            "page": running.publish, "metrics": format!("{}/metrics", running.publish),
            "ingest": running.ingest, "aggregate": running.aggregate, "data_dir": demo.data_dir,
        }));
        return Ok(());
    }
    show::text(&table(&view));
    let folder = demo.data_dir.display();
    show::text(&format!(
        "\n{} events sent for {} schools, in the ledger and published {seconds:.0} s after the start.\n\n\
         Results         {folder}/lake/results/\n\
         Exports         {folder}/lake/exports/{TRUST_ID}/\n\
         Explain         greenledger explain 900001 --config {folder}/greenledger.toml",
        answer.received,
        view.schools.len(),
    ));
    if !demo.once {
        show::text(&format!(
            "The page        {0}/\n\
             Metrics         {0}/metrics\n\
             Push a reading  {1}\n\n\
             Meters keep sending. Ctrl-C stops; started again, the demo continues from its folder.",
            running.publish,
            a_push(&running.ingest),
        ));
    }
    Ok(())
}

/// A curl command that sends a reading of the meter that stopped.
fn a_push(ingest: &str) -> String {
    let ended = SettlementDay::of(Utc::now()).slot_starts(0);
    let event = json!({
        "specversion": "1.0", "type": "meter.readings.v1", "source": "by-hand", "id": "1", "time": Utc::now(),
        "data": {
            "meter": trust::STOPPED_METER, "unit": "kWh", "start": ended - chrono::Duration::minutes(30), "values": [12.25],
        },
    });
    format!(
        "curl -H 'Authorization: Bearer {TOKEN}' -H 'Content-Type: application/cloudevents+json' \\\n  \
         {ingest}/v1/events -d '{event}'"
    )
}

/// Rounded as on the page, where 100% is shown only if nothing is missing.
fn percent(ratio: f64) -> String {
    let rounded = (ratio * 1000.0).round() / 10.0;
    let honest = if ratio < 1.0 && rounded >= 100.0 {
        99.9
    } else {
        rounded
    };
    format!("{honest:.1}%")
}

fn level(level: StarsLevel) -> &'static str {
    match level {
        StarsLevel::Approved => "Approved",
        StarsLevel::Good => "Good",
        StarsLevel::VeryGood => "Very Good",
        StarsLevel::Excellent => "Excellent",
        StarsLevel::Outstanding => "Outstanding",
    }
}

fn table(view: &TrustView) -> String {
    let percent = |ratio: Option<f64>| ratio.map_or("–".to_owned(), percent);
    let mut rows: Vec<Vec<String>> = view
        .schools
        .iter()
        .map(|school| {
            let stars = school.travel.stars.as_ref();
            vec![
                school.urn.to_string(),
                school.school.clone(),
                school
                    .pupils_in_ratio()
                    .map_or("–".to_owned(), |pupils| format!("{pupils:.0}")),
                school.known_tonnes_per_pupil().map_or("–".to_owned(), |_| {
                    format!("{:.1}", school.gross.tonnes())
                }),
                per_pupil(
                    school.tonnes_per_pupil(),
                    school.partial_tonnes_per_pupil(),
                    school.sufficiency.is_enough(),
                ),
                percent(school.coverage.ratio()),
                percent(school.waste.recycling_ratio()),
                stars.map_or("–", |stars| level(stars.level)).to_owned(),
            ]
        })
        .collect();
    rows.push(vec![
        String::new(),
        TRUST_NAME.to_owned(),
        view.totals
            .in_ratio
            .pupils()
            .map_or("–".to_owned(), |pupils| format!("{pupils:.0}")),
        format!("{:.1}", view.totals.gross.tonnes()),
        per_pupil(
            view.tonnes_per_pupil(),
            view.partial_tonnes_per_pupil(),
            view.sufficiency.is_enough(),
        ),
        percent(view.totals.coverage.ratio()),
        percent(view.totals.waste.recycling_ratio()),
        String::new(),
    ]);
    let headings = [
        "URN", "School", "Pupils", "tCO2e", "t/pupil", "Coverage", "Recycled", "STARS",
    ];
    let mut text = format!(
        "{}, {}\n\n{}",
        TRUST_NAME,
        view.period.label(),
        show::table(&headings, &rows)
    );
    let baseline = view.baseline();
    text += &format!("\nBaseline: {baseline}.");
    if let (Some(at_baseline), Some(year)) = (
        view.tonnes_per_pupil_at_baseline(),
        baseline.comparable_factor_year(),
    ) {
        text += &format!(" At the {year} factors the trust has {at_baseline:.3}.");
    }
    for school in view.sufficiency.details() {
        text += &format!("\nNot enough data: {school}.");
    }
    text
}

/// An intensity; with too little data, the partial value in brackets.
fn per_pupil(stated: Option<f64>, partial: Option<f64>, is_enough: bool) -> String {
    match (stated, partial) {
        (Some(stated), _) => format!("{stated:.3}"),
        (None, Some(partial)) => format!("not enough data ({partial:.3})"),
        (None, None) if !is_enough => "not enough data".to_owned(),
        (None, None) => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_rounds_as_the_page_does() {
        assert_eq!(percent(0.9926), "99.3%");
        assert_eq!(percent(0.99996), "99.9%");
        assert_eq!(percent(1.0), "100.0%");
    }
}
