//! Places in which files arrive: folders, a store, an inbox.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use lake::LakeConfig;
use rcgen::ExtendedKeyUsagePurpose::ServerAuth;
use tempfile::TempDir;

use super::deployment::{Deployment, Embedded, TOKEN};
use super::files::{File, day_rows, half_hours, register};
use super::secure::certificates::Authority;
use super::seen::ledger_rows;
use crate::servers::Waiting;
use crate::servers::dovecot::{Dovecot, PASSWORD, USER};
use crate::servers::s3::S3;
use crate::servers::service::{Killed, binary};

const PATIENCE: Duration = Duration::from_secs(60);

fn watch(world: &Embedded, place: &str) -> Command {
    let mut command = Command::new(binary("greenledger"));
    command
        .args(["watch", place, "--url", world.ingest()])
        .env("GREENLEDGER_TOKEN", TOKEN);
    command
}

fn once(mut command: Command) -> Output {
    command.arg("--once").output().expect("greenledger")
}

fn log(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The files of a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The rows that the file gives, sent as one.
async fn rows_of(file: File) -> Vec<String> {
    let world = Embedded::start().await;
    register(&world).await;
    super::files::import(&world, file).await;
    (&world as &dyn Deployment).wait_until_settled().await;
    ledger_rows(&world.lake()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_killed_at_any_step_loses_nothing_and_imports_nothing_twice() {
    let world = Embedded::start().await;
    register(&world).await;
    let folder = TempDir::new().expect("a folder");
    let put = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("a file");
    };
    put("a.csv", day_rows().content.as_bytes());
    put("picture.csv", b"\x89PNG\r\n\x1a\n");
    put("b.csv.part", b"half of it");
    let place = folder.path().display().to_string();
    for step in ["watch.sent", "watch.reported"] {
        let mut command = watch(&world, &place);
        command.env("FAILPOINTS", format!("{step}=return"));
        let output = once(command);
        assert_eq!(output.status.signal(), Some(9), "{step}: {}", log(&output));
        assert!(names(folder.path()).contains(&"a.csv".to_owned()), "{step}");
    }
    let output = once(watch(&world, &place));
    assert_eq!(output.status.code(), Some(3), "{}", log(&output));
    assert_eq!(names(folder.path()), ["b.csv.part", "done", "refused"]);
    let done = folder.path().join("done");
    assert_eq!(names(&done), ["a.csv", "a.csv.report.txt"]);
    let refused = folder.path().join("refused");
    assert_eq!(names(&refused), ["picture.csv", "picture.csv.report.txt"]);
    let report = std::fs::read_to_string(refused.join("picture.csv.report.txt"));
    let report = report.expect("a report");
    assert!(report.contains("a picture (PNG)"), "{report}");

    // The same name again.
    put("a.csv", day_rows().content.as_bytes());
    let output = once(watch(&world, &place));
    assert_eq!(output.status.code(), Some(0), "{}", log(&output));
    let wanted = ["a-2.csv", "a-2.csv.report.txt", "a.csv", "a.csv.report.txt"];
    assert_eq!(names(&done), wanted);
    (&world as &dyn Deployment).wait_until_settled().await;
    assert_eq!(ledger_rows(&world.lake()).await, rows_of(day_rows()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_moved_into_a_folder_is_taken_while_the_watch_runs_and_ctrl_c_ends_it() {
    let world = Embedded::start().await;
    register(&world).await;
    let (folder, elsewhere) = (
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
    );
    let mut command = watch(&world, &folder.path().display().to_string());
    command.stderr(Stdio::null());
    let mut running = Killed(command.spawn().expect("greenledger"));
    let done = folder.path().join("done");
    let mut waiting = Waiting::up_to(PATIENCE);
    while !done.is_dir() {
        assert!(waiting.once_more().await, "it does not start");
    }
    let file = elsewhere.path().join("a.csv");
    std::fs::write(&file, day_rows().content).expect("a file");
    std::fs::rename(&file, folder.path().join("a.csv")).expect("one file system");
    while !done.join("a.csv").exists() {
        assert!(waiting.once_more().await, "it does not take the file");
    }
    let pid = running.0.id().to_string();
    let interrupted = Command::new("kill").args(["-s", "INT", &pid]).status();
    assert!(interrupted.expect("kill").success());
    while running.0.try_wait().expect("its status").is_none() {
        assert!(waiting.once_more().await, "it does not end");
    }
    let status = running.0.wait().expect("its status");
    assert_eq!(status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_a_store_are_taken_and_moved() {
    let world = Embedded::start().await;
    register(&world).await;
    let s3 = S3::start().await;
    let mut config = LakeConfig::at(&s3.url);
    let options = [
        ("endpoint", s3.endpoint.as_str()),
        ("access_key_id", s3.access_key),
        ("secret_access_key", s3.secret_key),
        ("region", "us-east-1"),
    ];
    config.options = options
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let store = config.open().expect("a store");
    let content = day_rows().content.into_bytes();
    store
        .write("june readings.csv", content.into())
        .await
        .expect("written");
    store
        .write("picture.csv", "%PDF-1.7".into())
        .await
        .expect("written");
    let mut command = watch(&world, &s3.url);
    command
        .env("AWS_ENDPOINT_URL", &s3.endpoint)
        .env("AWS_ACCESS_KEY_ID", s3.access_key)
        .env("AWS_SECRET_ACCESS_KEY", s3.secret_key)
        .env("AWS_REGION", "us-east-1");
    let output = once(command);
    assert_eq!(output.status.code(), Some(3), "{}", log(&output));
    let keys = store.list("").await.expect("keys");
    assert_eq!(
        keys,
        [
            "done/june readings.csv",
            "done/june readings.csv.report.txt",
            "refused/picture.csv",
            "refused/picture.csv.report.txt"
        ]
    );
}

/// An e-mail of a supplier, with a file or without.
fn message(subject: &str, file: Option<&str>) -> String {
    let attached = file.map_or(String::new(), |file| {
        format!(
            "--part\r\nContent-Type: text/csv; name=\"readings.csv\"\r\n\
             Content-Disposition: attachment; filename=\"readings.csv\"\r\n\r\n{file}\r\n"
        )
    });
    format!(
        "From: supplier@example.com\r\nTo: meters@example.com\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Message-ID: <{subject}@example.com>\r\nContent-Type: multipart/mixed; boundary=\"part\"\r\n\r\n\
         --part\r\nContent-Type: text/plain\r\n\r\nPlease find attached.\r\n{attached}--part--\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_suppliers_mail_are_taken_from_a_server_and_from_a_maildir() {
    let world = Embedded::start().await;
    register(&world).await;
    let authority = Authority::new();
    let issued = authority.issue(ServerAuth);
    let server = Dovecot::start(&issued.certificate, &issued.key).await;
    server.deliver(&message("june", Some(&day_rows().content)));
    server.deliver(&message("sorry", None));
    let folder = TempDir::new().expect("a folder");
    let (ca, reports) = (folder.path().join("ca.pem"), folder.path().join("reports"));
    std::fs::write(&ca, authority.pem()).expect("a file");
    let place = format!("imaps://{USER}@127.0.0.1:{}/INBOX", server.port);
    let inbox = |password: &str| {
        let mut command = watch(&world, &place);
        command
            .arg("--mail-ca")
            .arg(&ca)
            .arg("--reports")
            .arg(&reports);
        command
            .env("GREENLEDGER_MAIL_PASSWORD", password)
            .env("RUST_LOG", "trace");
        command
    };
    let output = once(inbox("another password"));
    assert_eq!(output.status.code(), Some(1));
    assert!(
        log(&output).contains("does not accept meters"),
        "{}",
        log(&output)
    );
    assert_eq!((server.messages("INBOX"), server.messages("Done")), (2, 0));

    let output = once(inbox(PASSWORD));
    assert_eq!(output.status.code(), Some(3), "{}", log(&output));
    assert!(!log(&output).contains(PASSWORD), "the log has the password");
    let messages = ["INBOX", "Done", "Refused"].map(|folder| server.messages(folder));
    assert_eq!(messages, [0, 1, 1]);
    let texts = names(&reports).into_iter().map(|name| {
        let text = std::fs::read_to_string(reports.join(name));
        text.expect("a report")
    });
    let texts: Vec<String> = texts.collect();
    let [taken, refused] = texts.as_slice() else {
        panic!("{texts:?}");
    };
    assert!(
        taken.contains("subject: june") && taken.contains("24 accepted"),
        "{taken}"
    );
    assert!(
        refused.contains("an e-mail without an attached file"),
        "{refused}"
    );

    let maildir = folder.path().join("maildir");
    for name in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(maildir.join(name)).expect("a folder");
    }
    let file = half_hours();
    std::fs::write(
        maildir.join("new/1.host"),
        message("july", Some(&file.content)),
    )
    .expect("a file");
    let mut command = watch(&world, &format!("maildir:{}", maildir.display()));
    command
        .args(["--file-format", file.format])
        .arg("--reports")
        .arg(&reports);
    let output = once(command);
    assert_eq!(output.status.code(), Some(0), "{}", log(&output));
    assert_eq!(names(&maildir.join(".Done/cur")), ["1.host:2,S"]);
    assert_eq!(names(&maildir.join("new")), [""; 0]);
}
