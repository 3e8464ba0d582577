//! A full disk and one without write permission: aggregate ends and names the file and the error. Once there is room, it
//! writes everything that was sent.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use bus::KafkaConfig;
use cli::IngestClient;
use events::Topic;
use lake::LakeConfig;
use tempfile::TempDir;

use crate::flow::deployment::{AS_OF, TOKEN, TRUST};
use crate::flow::files;
use crate::servers::kafka::Kafka;
use crate::servers::service::{Killed, Service, binary};
use crate::servers::{Waiting, free_port};

const SHARDING: &str = "[sharding]\nshards = 8\npartitions = 4\n";

/// A folder with aggregate's configuration and its lake, which other users may read.
struct Machine {
    folder: TempDir,
}

/// The common configuration of ingest and aggregate.
fn common(kafka: &KafkaConfig) -> String {
    format!(
        "[kafka]\nbrokers = \"{}\"\ntopic_prefix = \"{}\"\n{SHARDING}",
        kafka.brokers, kafka.topic_prefix
    )
}

impl Machine {
    fn new(kafka: &KafkaConfig) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let machine = Machine { folder };
        std::fs::create_dir(machine.lake()).expect("a folder");
        let config = format!(
            "listen = \"127.0.0.1:{}\"\nas_of = \"{AS_OF}\"\n{}[lake]\nurl = {:?}\n[flush]\nseconds = 1\n",
            free_port(),
            common(kafka),
            machine.lake(),
        );
        std::fs::write(machine.config(), config).expect("a configuration");
        let all = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(machine.folder.path(), all).expect("permissions");
        machine
    }

    fn config(&self) -> std::path::PathBuf {
        self.folder.path().join("aggregate.toml")
    }

    fn lake(&self) -> std::path::PathBuf {
        self.folder.path().join("lake")
    }

    /// Aggregate, with a size limit of a kilobyte for files: writes up to the limit succeed, later ones fail, as on a full
    /// disk.
    fn on_a_full_disk(&self) -> Command {
        let mut command = Command::new("bash");
        command
            .args([
                "-c",
                "trap '' XFSZ; ulimit -f 1; exec \"$0\" --config \"$1\"",
            ])
            .arg(binary("aggregate"))
            .arg(self.config());
        command
    }

    fn as_usual(&self) -> Command {
        let mut command = Command::new(binary("aggregate"));
        command.arg("--config").arg(self.config());
        command
    }

    /// Runs the command as the user `nobody`, which owns no file and cannot read the build folder.
    fn as_nobody(&self) -> Command {
        let (built, program) = (binary("aggregate"), self.folder.path().join("aggregate"));
        if std::fs::hard_link(&built, &program).is_err() {
            std::fs::copy(&built, &program).expect("a copy of aggregate");
        }
        let mut command = Command::new(program);
        command.arg("--config").arg(self.config()).uid(65_534);
        command
    }

    async fn lake_config(&self) -> lake::Lake {
        LakeConfig::at(self.lake().display().to_string())
            .open()
            .expect("the lake")
    }
}

/// Runs it until it ends by itself.
async fn output_of(mut command: Command) -> Output {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("aggregate");
    let output = tokio::task::spawn_blocking(move || child.wait_with_output());
    tokio::time::timeout(Duration::from_secs(60), output)
        .await
        .expect("it ends by itself")
        .expect("a task")
        .expect("an end")
}

fn fails_naming(output: &Output, words: &[&str]) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    for word in words {
        assert!(errors.contains(word), "{word:?} is not in: {errors}");
    }
}

fn files_under(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files_under(&entry.path()));
        } else {
            found.push(entry.path().display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_aggregate_ends_and_writes_everything_once_there_is_room() {
    let (_kafka, kafka) = Kafka::shared().await;
    let machine = Machine::new(&kafka);
    let config = format!(
        "{}[[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\n\
         scope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n",
        common(&kafka),
        ingest::token_sha256(TOKEN)
    );
    let ingest = Service::start("ingest", &config, &Default::default()).await;
    let client = IngestClient::new(&ingest.url, TOKEN).expect("a client");
    let schools: Vec<_> = (0..3).map(files::school).collect();
    let answer = client.send(&schools).await.expect("an answer");
    assert_eq!(answer.accepted, 3, "{answer:#?}");

    let output = output_of(machine.on_a_full_disk()).await;
    let lake = machine.lake().display().to_string();
    fails_naming(
        &output,
        &[
            "cannot create ledger/register/month=",
            &lake,
            "File too large",
        ],
    );
    let left = files_under(&machine.lake());
    assert_eq!(
        left,
        [format!("{lake}/ledger/lake.json")],
        "nothing half-written"
    );

    let running = Killed(machine.as_usual().spawn().expect("aggregate"));
    let lake = machine.lake_config().await;
    let mut waiting = Waiting::up_to(Duration::from_secs(30));
    let rows = loop {
        let mut rows = 0;
        for folder in lake
            .ledger_folders(Topic::Register, |_| true)
            .await
            .expect("folders")
        {
            rows += aggregate::read_events(&lake, folder)
                .await
                .expect("rows")
                .len();
        }
        if rows == 3 || !waiting.once_more().await {
            break rows;
        }
    };
    drop(running);
    assert_eq!(rows, 3, "each school once");
}

#[tokio::test(flavor = "multi_thread")]
async fn aggregate_does_not_start_on_a_lake_that_may_not_be_written() {
    let machine = Machine::new(&KafkaConfig::at("127.0.0.1:1"));
    let lake = machine.lake_config().await;
    let path = machine.lake().display().to_string();
    lake.initialise(&path, 8).await.expect("a lake");
    for folder in [machine.lake().join("ledger"), machine.lake()] {
        let read_only = std::fs::Permissions::from_mode(0o555);
        std::fs::set_permissions(folder, read_only).expect("permissions");
    }
    // Root may write anywhere.
    let root = std::fs::metadata("/proc/self").expect("this process").uid() == 0;
    let command = if root {
        machine.as_nobody()
    } else {
        machine.as_usual()
    };
    let output = output_of(command).await;
    fails_naming(
        &output,
        &["cannot create probe/", &path, "Permission denied"],
    );
}
