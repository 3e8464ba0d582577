//! `greenledger up` as a process that is killed, or in which a task dies.

mod dead;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bus::{Bus, LogClient};
use cli::IngestClient;
use events::{Event, SettlementDay};
use tempfile::TempDir;

use super::oracle::Differences;
use super::report::{print_row, report};
use crate::chance::Chance;
use crate::flow::deployment::{AS_OF, TOKEN, TRUST};
use crate::flow::files;
use crate::flow::seen::ledger_rows;
use crate::servers::http;
use crate::servers::service::{Killed, binary};
use crate::servers::{Waiting, free_port};

const PATIENCE: Duration = Duration::from_secs(120);

/// `greenledger up` with its own folder.
pub struct Up {
    folder: TempDir,
    ports: [u16; 3],
    process: Option<Killed>,
}

impl Up {
    /// Starts it without waiting.
    pub fn start() -> Up {
        Up::configured(&format!(
            "[[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\nscope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n",
            ingest::token_sha256(TOKEN),
        ))
    }

    /// Starts it without waiting, with the tables of a configuration, and keys of its own before them.
    pub fn configured(tables: &str) -> Up {
        let folder = TempDir::new().expect("a temporary folder");
        let ports = [free_port(), free_port(), free_port()];
        let [ingest, aggregate, publish] = ports.map(|port| format!("\"127.0.0.1:{port}\""));
        let config = format!(
            "data_dir = {:?}\nas_of = \"{AS_OF}\"\nresults_every_seconds = 1\n\
             [listen]\ningest = {ingest}\naggregate = {aggregate}\npublish = {publish}\n\
             [flush]\nseconds = 1\nmerge_at = 2\ngrace_seconds = 1\n{tables}",
            folder.path().join("data"),
        );
        std::fs::write(folder.path().join("up.toml"), config).expect("a configuration");
        let mut up = Up {
            folder,
            ports,
            process: None,
        };
        up.spawn("");
        up
    }

    /// Starts it again, to die at these failpoints.
    pub fn spawn(&mut self, failpoints: &str) {
        let log = std::fs::File::create(self.folder.path().join("up.log")).expect("a log");
        let mut command = Command::new(binary("greenledger"));
        command
            .args(["up", "--config"])
            .arg(self.folder.path().join("up.toml"))
            .env("FAILPOINTS", failpoints)
            .stderr(Stdio::from(log));
        self.process = Some(Killed(command.spawn().expect("greenledger up")));
    }

    /// Kills it at any moment.
    pub fn kill(&mut self) {
        self.process = None;
    }

    fn child(&mut self) -> &mut Child {
        &mut self.process.as_mut().expect("it was started").0
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Its configuration.
    pub fn config(&self) -> std::path::PathBuf {
        self.folder.path().join("up.toml")
    }

    /// Waits until it has ended by itself.
    pub async fn dies(&mut self) {
        let mut waiting = Waiting::up_to(PATIENCE);
        while self.child().try_wait().expect("its status").is_none() {
            assert!(waiting.once_more().await, "it lives on:\n{}", self.log());
        }
    }

    pub fn client(&self) -> IngestClient {
        let [ingest, _] = self.urls();
        IngestClient::new(&ingest, TOKEN).expect("a client")
    }

    /// Sends one event once, without a retry if the process is gone.
    async fn post(&self, event: &Event) -> reqwest::Result<reqwest::Response> {
        http::client()
            .post(format!("http://127.0.0.1:{}/v1/events", self.ports[0]))
            .bearer_auth(TOKEN)
            .header("content-type", "application/cloudevents+json")
            .body(event.to_json().expect("JSON"))
            .send()
            .await
    }

    /// The addresses of ingest and of publish.
    pub fn urls(&self) -> [String; 2] {
        [self.ports[0], self.ports[2]].map(|port| format!("http://127.0.0.1:{port}"))
    }

    /// Waits until all three services are ready.
    pub async fn ready(&self) {
        let mut waiting = Waiting::up_to(PATIENCE);
        while !self.is_ready().await {
            assert!(waiting.once_more().await, "not ready:\n{}", self.log());
        }
    }

    async fn is_ready(&self) -> bool {
        for port in self.ports {
            let answer = http::get(format!("http://127.0.0.1:{port}/readyz")).await;
            if !answer.is_ok_and(|answer| answer.status().is_success()) {
                return false;
            }
        }
        true
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("up.log")).unwrap_or_default()
    }

    /// The rows of its ledger, once every accepted event is there and published.
    async fn settled_rows(&self) -> Vec<String> {
        let bus = Bus::LogClient(LogClient::at(self.data().join("log.socket")));
        let lake = lake::LakeConfig::at(self.data().join("lake").display().to_string());
        let lake = lake.open().expect("the lake");
        let no_settings = BTreeMap::new();
        let wait_until_settled = cli::wait_until_settled(&bus, &lake, &no_settings, PATIENCE);
        wait_until_settled.await.expect("settled");
        ledger_rows(&lake).await
    }
}

const METERS: u32 = 30;
const SCHOOLS: u32 = 15;
const DAYS_OF_A_YEAR: u32 = 365;
const KILLS: u32 = 20;
/// Days of all meters in one request.
const DAYS_AT_ONCE: u32 = 5;

/// An event from its JSON.
fn event(json: serde_json::Value) -> Event {
    Event::parse(&json.to_string()).expect("an event")
}

fn meter(number: u32) -> String {
    format!("serial:GL-{number:03}")
}

fn registrations() -> Vec<Event> {
    let meters = (0..METERS).map(|number| {
        event(serde_json::json!({
            "specversion": "1.0", "type": "meter.registered.v1", "source": "office", "id": meter(number),
            "time": "2024-09-01T00:00:00Z", "subject": files::urn(number % SCHOOLS).to_string(),
            "data": { "meter": meter(number), "fuel": "electricity", "from": "2024-09-01" },
        }))
    });
    (0..SCHOOLS).map(files::school).chain(meters).collect()
}

/// The values of a meter on a day, counted from the first day of two years.
fn reading(number: u32, day: u32) -> Event {
    let start: chrono::NaiveDate = "2024-09-01".parse().expect("a day");
    let day = start + chrono::Days::new(day.into());
    let values = vec![f64::from(number + 1) / 8.0; SettlementDay(day).slots()];
    event(serde_json::json!({
        "specversion": "1.0", "type": "meter.readings.v1", "source": "meters",
        "id": format!("{number}-{day}"), "time": "2026-11-01T00:00:00Z",
        "data": { "meter": meter(number), "unit": "kWh", "day": day, "values": values },
    }))
}

/// The values of all meters on some days.
fn readings(days: std::ops::Range<u32>) -> Vec<Event> {
    days.flat_map(|day| (0..METERS).map(move |number| reading(number, day)))
        .collect()
}

/// Sends a year in requests, each until it is answered 202, and counts them.
async fn send_year(client: IngestClient, first: u32, answered: &AtomicU32) {
    for step in 0..DAYS_OF_A_YEAR / DAYS_AT_ONCE {
        let day = first + step * DAYS_AT_ONCE;
        let events = readings(day..day + DAYS_AT_ONCE);
        let mut waiting = Waiting::up_to(PATIENCE);
        loop {
            match client.send(&events).await {
                Ok(answer) => {
                    assert_eq!(answer.refused, 0, "{answer:#?}");
                    break;
                }
                Err(error) => assert!(waiting.once_more().await, "{error}"),
            }
        }
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// Two years of thirty meters, both years in parallel, while `up` is killed twenty times at random.
#[tokio::test(flavor = "multi_thread")]
async fn up_is_killed_twenty_times_amid_two_years_of_thirty_meters_and_all_that_was_answered_is_there_once()
 {
    let seed = Chance::seed();
    print_row(&format!("FAULTS_SEED={seed}"));
    let mut chance = Chance::new(seed);
    let mut up = Up::start();
    up.ready().await;
    up.client().send(&registrations()).await.expect("an answer");
    let answered = AtomicU32::new(0);
    let requests = 2 * (DAYS_OF_A_YEAR / DAYS_AT_ONCE);
    let (first, second) = (up.client(), up.client());
    let sending = async {
        tokio::join!(
            send_year(first, 0, &answered),
            send_year(second, DAYS_OF_A_YEAR, &answered)
        )
    };
    let killing = async {
        let mut starts = Vec::new();
        for kill in 1..=KILLS {
            // Spread over the load, each at a random point of its stretch.
            let stretch = requests / (KILLS + 1);
            let at = kill * stretch - chance.below(stretch as usize) as u32;
            let mut waiting = Waiting::up_to(PATIENCE);
            while answered.load(Ordering::Relaxed) < at {
                assert!(
                    waiting.once_more().await,
                    "the load stands still:\n{}",
                    up.log()
                );
            }
            up.kill();
            let started = Instant::now();
            up.spawn("");
            up.ready().await;
            starts.push(started.elapsed());
        }
        starts
    };
    let (_, mut starts) = tokio::join!(sending, killing);
    let sent = Instant::now();
    let rows = up.settled_rows().await;
    let recovery = sent.elapsed();
    let readings = rows.iter().filter(|row| row.contains("topic: Readings"));
    let (found, wanted) = (readings.count() as u32, METERS * 2 * DAYS_OF_A_YEAR);
    let differences = Differences {
        lost: wanted.saturating_sub(found) as usize,
        doubled: found.saturating_sub(wanted) as usize,
        messages: (found != wanted)
            .then(|| {
                format!("{found} meter-days are in the ledger, and {wanted} were answered for")
            })
            .into_iter()
            .collect(),
    };
    starts.sort_unstable();
    let (median, longest) = (starts[starts.len() / 2], starts[starts.len() - 1]);
    print_row(&format!(
        "up was ready {median:.1?} after a start, at most {longest:.1?}"
    ));
    report(
        "up killed at random amid a load",
        starts.len(),
        Some(recovery),
        &differences,
    );
}

/// The data folder of an earlier version.
#[test]
fn a_data_folder_of_the_embedded_broker_is_refused_with_the_way_to_go_on_from_its_ledger() {
    let folder = TempDir::new().expect("a temporary folder");
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(folder.path(), private).expect("permissions");
    std::fs::write(folder.path().join("broker.db"), "SQLite format 3").expect("a file");
    let error = refused(folder.path());
    assert!(error.contains("broker.db"), "{error}");
    assert!(error.contains("greenledger restore --config"), "{error}");
}

#[test]
fn a_log_that_others_than_its_owner_can_read_is_refused_with_the_chmod_that_mends_it() {
    let folder = TempDir::new().expect("a temporary folder");
    let mode = |path: &Path, mode: u32| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, permissions).expect("permissions");
    };
    mode(folder.path(), 0o700);
    let log = folder.path().join("log.redb");
    std::fs::write(&log, "").expect("a file");
    mode(&log, 0o644);
    let error = refused(folder.path());
    assert!(
        error.contains("chmod 600") && error.contains("log.redb"),
        "{error}"
    );
}

/// The error of `up` on a folder that it refuses.
fn refused(folder: &Path) -> String {
    let file = folder.join("up.toml");
    let config = format!(
        "data_dir = {folder:?}\n[listen]\ningest = \"127.0.0.1:0\"\naggregate = \"127.0.0.1:0\"\npublish = \"127.0.0.1:0\"\n"
    );
    std::fs::write(&file, config).expect("a configuration");
    let mut command = Command::new(binary("greenledger"));
    let output = command
        .args(["up", "--config"])
        .arg(&file)
        .output()
        .expect("greenledger");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).expect("a text")
}
