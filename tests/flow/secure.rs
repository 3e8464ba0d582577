//! Ingest as a process with TLS: which clients are accepted, what changes without a restart, and that no secret is written
//! anywhere.

pub mod certificates;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use bus::KafkaConfig;
use cli::IngestClient;
use ingest::token_sha256;
use rcgen::ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
use reqwest::{Client, StatusCode};

use self::certificates::{Authority, Issued};
use super::deployment::{Deployment, Embedded, TRUST};
use super::files;
use super::seen::ledger_rows;
use crate::servers::Waiting;
use crate::servers::kafka::Kafka;
use crate::servers::service::Service;

const OLD: &str = "old-token-d41d8cd98f00b204";
const NEW: &str = "new-token-e9800998ecf8427e";
const WRONG: &str = "wrong-token-0cc175b9c0f1b6a8";
/// The secret in place of its hash.
const MISPLACED: &str = "misplaced-token-31c399e269772661";
const PASSWORD: &str = "kafka-password-92eb5ffee6ae2fec";

const PATIENCE: Duration = Duration::from_secs(30);

struct Door {
    service: Service,
    /// All its answers.
    answers: Vec<String>,
}

impl Door {
    async fn post(&mut self, client: &Client, token: &str, body: String) -> StatusCode {
        let request = client
            .post(format!("{}/v1/events", self.service.url))
            .bearer_auth(token)
            .header("content-type", "application/cloudevents+json")
            .body(body);
        self.answer(request).await
    }

    async fn get(&mut self, client: &Client, path: &str) -> (StatusCode, String) {
        let request = client.get(format!("{}{path}", self.service.url));
        let status = self.answer(request).await;
        (status, self.answers.last().cloned().unwrap_or_default())
    }

    async fn answer(&mut self, request: reqwest::RequestBuilder) -> StatusCode {
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let headers = format!("{:?}", answer.headers());
        self.answers
            .push(answer.text().await.expect("a body") + headers.as_str());
        status
    }

    /// Retries until the answer contains `wanted`.
    async fn wait_for(&mut self, client: &Client, path: &str, wanted: &str) {
        let mut waiting = Waiting::up_to(PATIENCE);
        loop {
            let (_, text) = self.get(client, path).await;
            if text.contains(wanted) {
                return;
            }
            assert!(waiting.once_more().await, "no {wanted} in {text}");
        }
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("a file");
    // Ingest refuses keys that other users can read.
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.join(name), private).expect("permissions");
}

fn show(folder: &Path, issued: &Issued) {
    write(folder, "ingest.pem", &issued.certificate);
    write(folder, "ingest.key", &issued.key);
}

fn tokens_of(token: &str) -> String {
    let hash = token_sha256(token);
    format!(
        "[[tokens]]\nname = \"office\"\nsha256 = \"{hash}\"\nscope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n"
    )
}

/// Beside a pipeline in this process, with the same Kafka.
fn config(kafka: &Kafka, folder: &Path) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    format!(
        "tokens_file = \"{}\"\n[tls]\ncertificate = \"{}\"\nkey = \"{}\"\nclient_ca = \"{}\"\n\
         [kafka]\nbrokers = \"{}\"\n[kafka.properties]\n\"sasl.username\" = \"greenledger\"\n\
         \"sasl.password\" = {{ env = \"KAFKA_PASSWORD\" }}\ndebug = \"all\"\n\
         [sharding]\nshards = 8\npartitions = 4\n",
        at("tokens.toml"),
        at("ingest.pem"),
        at("ingest.key"),
        at("senders.pem"),
        kafka.bootstrap
    )
}

async fn is_let_in(door: &Door, client: &Client) -> bool {
    let request = client.get(format!("{}/healthz", door.service.url));
    request.send().await.is_ok()
}

fn event(at: u32) -> String {
    files::school(at).to_json().expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_may_come_in_and_no_secret_is_written_anywhere() {
    let authority = Authority::new();
    let (server, sender) = (authority.issue(ServerAuth), authority.issue(ClientAuth));
    let files = tempfile::tempdir().expect("a folder");
    let folder = files.path();
    show(folder, &server);
    write(folder, "senders.pem", &authority.pem());
    write(folder, "tokens.toml", &tokens_of(OLD));

    let kafka = Kafka::start().await;
    let world = Embedded::start_on_kafka(KafkaConfig::at(&kafka.bootstrap)).await;
    let environment = [("RUST_LOG", "trace"), ("KAFKA_PASSWORD", PASSWORD)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let known = authority.client(Some(&sender));
    let config = config(&kafka, folder);
    let service =
        Service::start_asked_by(&known, "https", "ingest", &config, &environment.into()).await;
    let mut door = Door {
        service,
        answers: Vec::new(),
    };
    door.wait_for(&known, "/readyz", "ready").await;

    // Which clients are accepted.
    let strange = Authority::new().issue(ClientAuth);
    assert!(!is_let_in(&door, &authority.client(None)).await);
    assert!(!is_let_in(&door, &authority.client(Some(&strange))).await);
    assert!(!is_let_in(&door, &Authority::new().client(Some(&sender))).await);
    door.wait_for(&known, "/metrics", "ingest_tls_handshakes_failed_total 3")
        .await;
    let accepted = door.post(&known, OLD, event(0)).await;
    assert_eq!(accepted, StatusCode::ACCEPTED, "{:?}", door.answers.last());
    let wrong = door.post(&known, WRONG, event(1)).await;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    let unreadable = door.post(&known, OLD, "{".to_owned()).await;
    assert_eq!(unreadable, StatusCode::BAD_REQUEST);

    // Tokens rotate; an unusable file changes nothing and is reported.
    write(folder, "tokens.toml", &tokens_of(NEW));
    let renewed = "ingest_files_renewed_total{outcome=\"used\",part=\"tokens\"} 1";
    door.wait_for(&known, "/metrics", renewed).await;
    let old = door.post(&known, OLD, event(1)).await;
    assert_eq!(old, StatusCode::UNAUTHORIZED);
    let misplaced = format!("[[tokens]]\nname = \"office\"\ntoken = \"{MISPLACED}\"\n");
    write(folder, "tokens.toml", &misplaced);
    door.wait_for(&known, "/readyz", "tokens: cannot be renewed")
        .await;
    let (status, _) = door.get(&known, "/readyz").await;
    assert_eq!(status, StatusCode::OK);
    let unusable = "ingest_files_unusable{part=\"tokens\"} 1";
    door.wait_for(&known, "/metrics", unusable).await;
    let new = door.post(&known, NEW, event(1)).await;
    assert_eq!(new, StatusCode::ACCEPTED, "{:?}", door.answers.last());

    // Certificates rotate too: from here on clients of the other authority only.
    let (next, half) = (Authority::new(), authority.issue(ServerAuth));
    write(folder, "ingest.key", &half.key);
    door.wait_for(&known, "/readyz", "tls: cannot be renewed")
        .await;
    let next_server = next.issue_for(ServerAuth, chrono::Days::new(7));
    let next_sender = next.issue(ClientAuth);
    write(folder, "senders.pem", &next.pem());
    show(folder, &next_server);
    let next_known = next.client(Some(&next_sender));
    let mut waiting = Waiting::up_to(PATIENCE);
    while !is_let_in(&door, &next_known).await {
        assert!(waiting.once_more().await, "{}", door.service.log());
    }
    assert!(!is_let_in(&door, &authority.client(Some(&sender))).await);
    // A week before it expires.
    door.wait_for(&next_known, "/readyz", "certificate: ends on")
        .await;
    let never = "ingest_certificate_expires_timestamp_seconds{part=\"certificate\"} +Inf";
    let (_, metrics) = door.get(&next_known, "/metrics").await;
    assert!(!metrics.contains(never), "{metrics}");
    // With the client of `greenledger import`.
    write(
        folder,
        "both.pem",
        &format!("{}{}", next_sender.certificate, next_sender.key),
    );
    let both = folder.join("both.pem");
    let ca = folder.join("senders.pem");
    let ours = IngestClient::over_tls(&door.service.url, NEW, Some(&ca), Some(&both));
    let sent = ours.expect("a client").send(&[files::school(2)]).await;
    assert_eq!(sent.expect("an answer").accepted, 1);

    (&world as &dyn Deployment).wait_until_settled().await;
    let rows = ledger_rows(&world.lake()).await;
    assert_eq!(rows.len(), 3, "three schools: {rows:#?}");

    let issued = [&server, &sender, &half, &next_server, &next_sender];
    let keys = issued.iter().flat_map(|issued| lines_of(&issued.key));
    let hashes = [OLD, NEW, WRONG, MISPLACED].map(token_sha256);
    let mut secrets: Vec<&str> = vec![OLD, NEW, WRONG, MISPLACED, PASSWORD];
    secrets.extend(keys);
    secrets.extend(hashes.iter().map(String::as_str));
    let log = door.service.log();
    // Otherwise nothing would have been searched.
    for traced in ["TRACE", "sasl.password = [redacted]", "cannot be renewed"] {
        assert!(log.contains(traced), "{traced} is not in the log");
    }
    no_secret("the log", log.as_bytes(), &secrets);
    no_secret("the answers", door.answers.join("\n").as_bytes(), &secrets);
    let mut written = BTreeMap::new();
    read_all(world.folder(), &mut written);
    assert!(written.keys().any(|path| path.ends_with(".parquet")));
    for (path, content) in &written {
        no_secret(path, content, &secrets);
    }
}

/// The lines of a key that no other key has.
fn lines_of(pem: &str) -> impl Iterator<Item = &str> {
    pem.lines()
        .filter(|line| !line.starts_with("-----") && line.len() > 20)
}

fn no_secret(place: &str, content: &[u8], secrets: &[&str]) {
    let text = String::from_utf8_lossy(content);
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is in {place}: {line:?}");
    }
}

fn read_all(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_all(&path, found);
        } else {
            let content = std::fs::read(&path).expect("a file");
            found.insert(path.display().to_string(), content);
        }
    }
}
