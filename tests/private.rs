//! Access to data on the disk and over the network, with the real processes.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use cli::IngestClient;
use reqwest::StatusCode;
use tempfile::TempDir;

use crate::flow::deployment::{AS_OF, TOKEN, TRUST};
use crate::flow::files;
use crate::servers::http;
use crate::servers::service::{Killed, Service, binary};
use crate::servers::{Waiting, free_port};

const PATIENCE: Duration = Duration::from_secs(60);
const KAFKA: &str = "[kafka]\nbrokers = \"127.0.0.1:1\"\n[sharding]\nshards = 8\npartitions = 4\n";

/// A folder, in it the configuration of `up`, and three ports.
struct Up {
    folder: TempDir,
    ports: [u16; 3],
}

impl Up {
    fn with(more: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let ports = [free_port(), free_port(), free_port()];
        let up = Up { folder, ports };
        let config = format!(
            "data_dir = {:?}\nas_of = \"{AS_OF}\"\nresults_every_seconds = 1\n\
             [listen]\ningest = \"127.0.0.1:{}\"\naggregate = \"127.0.0.1:{}\"\npublish = \"127.0.0.1:{}\"\n\
             [flush]\nseconds = 1\n{more}",
            up.data(),
            ports[0],
            ports[1],
            ports[2],
        );
        fs::write(up.config(), config).expect("a configuration");
        up
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("up.toml")
    }

    fn command(&self, umask: &str) -> Command {
        let mut command = Command::new("sh");
        let script = format!("umask {umask}; exec \"$0\" up --config \"$1\"");
        command.arg("-c").arg(script);
        command.arg(binary("greenledger")).arg(self.config());
        command
    }

    fn start(&self, umask: &str) -> Killed {
        let mut command = self.command(umask);
        command.stderr(Stdio::null()).stdout(Stdio::null());
        Killed(command.spawn().expect("greenledger up"))
    }

    /// A school and a meter with a day of readings, sent without authentication.
    async fn send(&self) {
        let url = format!("http://127.0.0.1:{}", self.ports[0]);
        let client = IngestClient::new(&url, TOKEN).expect("a client");
        let registered = [files::school(0), files::meter(0, &files::mpan(0))];
        let answer = client.send(&registered).await.expect("an answer");
        assert_eq!(answer.accepted, 2, "{answer:?}");
    }

    async fn get(&self, path: &str, token: &str) -> Option<(StatusCode, String)> {
        let url = format!("http://127.0.0.1:{}{path}", self.ports[2]);
        let request = http::client().get(url);
        let request = match token {
            "" => request,
            token => request.basic_auth("anybody", Some(token)),
        };
        let answer = request.send().await.ok()?;
        let status = answer.status();
        Some((status, answer.text().await.ok()?))
    }
}

fn sender() -> String {
    let hash = ingest::token_sha256(TOKEN);
    format!(
        "[[tokens]]\nname = \"tests\"\nsha256 = \"{hash}\"\nscope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n"
    )
}

fn reader(name: &str, scope: &str) -> String {
    let hash = ingest::token_sha256(name);
    format!("[[access.tokens]]\nname = \"{name}\"\nsha256 = \"{hash}\"\nscope = {scope}\n")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").mode() & 0o777
}

fn share(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
}

/// Every file and folder below one.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let all = entries.flat_map(|entry| {
        let path = entry.path();
        let inner = if path.is_dir() {
            below(&path)
        } else {
            Vec::new()
        };
        [vec![path], inner].concat()
    });
    all.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_folder_is_its_owners_alone_and_the_lake_in_it_follows_the_umask() {
    let up = Up::with(&sender());
    let _running = up.start("027");
    let mut waiting = Waiting::up_to(PATIENCE);
    while !up.data().join("lock").exists() {
        assert!(waiting.once_more().await, "it does not start");
    }
    up.send().await;
    let is_written = |folder: &str| {
        let found = below(&up.data().join("lake").join(folder));
        found
            .iter()
            .any(|path| path.is_file() && !path.to_string_lossy().contains('#'))
    };
    while !(is_written("ledger") && is_written("results")) {
        assert!(waiting.once_more().await, "nothing is written");
    }
    assert_eq!(mode(&up.data()), 0o700);
    let (mut folders, mut objects) = (0, 0);
    for path in below(&up.data().join("lake")) {
        // Temporary files may be gone by now.
        let Ok(found) = fs::metadata(&path) else {
            continue;
        };
        let wanted = if found.is_dir() { 0o750 } else { 0o640 };
        assert_eq!(found.mode() & 0o777, wanted, "{}", path.display());
        folders += usize::from(found.is_dir());
        objects += usize::from(found.is_file());
    }
    assert!(
        folders > 4 && objects > 1,
        "{folders} folders, {objects} objects"
    );
}

#[test]
fn up_refuses_a_data_folder_that_others_can_read_and_names_the_fix() {
    let up = Up::with(&sender());
    fs::create_dir(up.data()).expect("a folder");
    share(&up.data(), 0o755);
    let refused = up.command("022").output().expect("greenledger up");
    let data = up.data().display().to_string();
    fails_naming(
        &refused,
        &[
            &format!("{data} has mode 0755, "),
            &format!("run: chmod 700 {data}"),
        ],
    );
}

/// Checks that a process ended with code 1 and these words on standard error.
fn fails_naming(output: &Output, wanted: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    for word in wanted {
        assert!(stderr.contains(word), "no {word} in {stderr}");
    }
}

fn run(service: &str, folder: &TempDir, config: &str) -> Output {
    let file = folder.path().join(format!("{service}.toml"));
    fs::write(&file, config).expect("a configuration");
    let mut command = Command::new(binary(service));
    command.arg("--config").arg(&file).output().expect(service)
}

#[test]
fn ingest_refuses_a_key_a_spool_and_a_password_that_others_can_read() {
    let folder = TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let certificate =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    fs::write(at("ingest.pem"), certificate.cert.pem()).expect("a file");
    fs::write(at("ingest.key"), certificate.signing_key.serialize_pem()).expect("a file");
    fs::write(at("spool"), "").expect("a file");
    let config = |more: &str| {
        let listen = format!("listen = \"127.0.0.1:{}\"\n", free_port());
        let at = |name: &str| at(name).display().to_string();
        let more = more.replace("FOLDER", at("").trim_end_matches('/'));
        format!("{listen}{more}{KAFKA}")
    };
    share(&at("ingest.key"), 0o644);
    let tls = config("[tls]\ncertificate = \"FOLDER/ingest.pem\"\nkey = \"FOLDER/ingest.key\"\n");
    fails_naming(
        &run("ingest", &folder, &tls),
        &["ingest.key has mode 0644, ", "run: chmod 600 "],
    );
    share(&at("spool"), 0o660);
    let spool = config("[spool]\npath = \"FOLDER/spool\"\n");
    fails_naming(
        &run("ingest", &folder, &spool),
        &["spool has mode 0660, ", "run: chmod 600 "],
    );
    share(&at("ingest.toml"), 0o644);
    let password = config("") + "[kafka.properties]\n\"sasl.password\" = \"hunter2\"\n";
    let refused = run("ingest", &folder, &password);
    fails_naming(
        &refused,
        &["ingest.toml has mode 0644, ", "run: chmod 600 "],
    );
    assert!(!String::from_utf8_lossy(&refused.stderr).contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_with_hashes_that_others_can_read_is_warned_of_and_used() {
    let config = format!("{}{KAFKA}", sender());
    let ingest = Service::start("ingest", &config, &BTreeMap::new()).await;
    let log = ingest.log();
    assert!(log.contains("ingest.toml has mode 06"), "{log}");
    assert!(log.contains("run: chmod 600 "), "{log}");
}

#[test]
fn publish_does_not_start_where_others_reach_it_and_nothing_is_asked_for() {
    let folder = TempDir::new().expect("a temporary folder");
    let lake = folder.path().join("lake");
    let lake = format!("[lake]\nurl = {lake:?}\n[access]\nopen = false\n");
    let config = format!("listen = \"0.0.0.0:{}\"\n{KAFKA}{lake}", free_port());
    let mends = [
        "[[access.tokens]]",
        "access.tokens_file",
        "127.0.0.1",
        "access.open = true",
    ];
    fails_naming(&run("publish", &folder, &config), &mends);
    let validated = Command::new(binary("greenledger"))
        .arg("validate")
        .arg(folder.path().join("publish.toml"))
        .output()
        .expect("greenledger validate");
    fails_naming(&validated, &mends);
}

#[tokio::test(flavor = "multi_thread")]
async fn up_asks_readers_for_the_tokens_of_its_configuration() {
    let others = reader("other", "{ trust = \"another\" }");
    let readers = [
        sender(),
        reader("own", &format!("{{ trust = \"{TRUST}\" }}")),
        others,
    ]
    .concat();
    let up = Up::with(&readers);
    let _running = up.start("022");
    let mut waiting = Waiting::up_to(PATIENCE);
    while !up.data().join("lock").exists() {
        assert!(waiting.once_more().await, "it does not start");
    }
    up.send().await;
    let path = format!("/trusts/{TRUST}");
    while up
        .get(&path, "own")
        .await
        .is_none_or(|(status, _)| status != StatusCode::OK)
    {
        assert!(
            waiting.once_more().await,
            "the trust's own reader sees nothing"
        );
    }
    let status =
        async |path: &str, token: &str| up.get(path, token).await.map(|(status, _)| status);
    assert_eq!(status(&path, "other").await, Some(StatusCode::NOT_FOUND));
    assert_eq!(status(&path, "").await, Some(StatusCode::UNAUTHORIZED));
    assert_eq!(
        status("/metrics", "wrong").await,
        Some(StatusCode::UNAUTHORIZED)
    );
    assert_eq!(status("/healthz", "").await, Some(StatusCode::OK));
    let (_, metrics) = up.get("/metrics", "other").await.expect("an answer");
    assert!(!metrics.contains("greenledger_school_pupils{"), "{metrics}");
}
