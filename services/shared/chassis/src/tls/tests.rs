use super::*;
use crate::testing::{Authority, folder_with, share};

/// Checks that the error for the changed files contains `wanted`, and does not quote their content.
fn check(change: impl FnOnce(&Path), wanted: &str) {
    let (folder, config) = folder_with(&Authority::new(), true);
    change(folder.path());
    let error = config.check().unwrap_err();
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    let message = format!("{error} {}", cause.unwrap_or_default());
    assert!(message.contains(wanted), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn files_that_cannot_be_used_are_named_and_not_quoted() {
    let write = |name: &'static str, text: &'static str| {
        move |folder: &Path| std::fs::write(folder.join(name), text).unwrap()
    };
    check(
        |folder| std::fs::remove_file(folder.join("server.key")).unwrap(),
        "cannot read",
    );
    check(
        write("server.key", "hunter2"),
        "server.key holds no private key",
    );
    check(
        write(
            "server.key",
            "-----BEGIN PRIVATE KEY-----\nhunter2!\n-----END PRIVATE KEY-----\n",
        ),
        "server.key holds no private key",
    );
    check(
        write("server.pem", "hunter2"),
        "server.pem holds no certificate",
    );
    check(
        |folder| share(&folder.join("server.key"), 0o640),
        "server.key has mode 0640, which gives others than its owner access; run: chmod 600 ",
    );
    check(write("senders.pem", ""), "senders.pem holds no certificate");
    let other = Authority::new().issue("other");
    check(
        |folder| std::fs::write(folder.join("server.key"), &other.key).unwrap(),
        "cannot use",
    );
}

#[test]
fn a_reload_that_fails_leaves_what_was() {
    let authority = Authority::new();
    let (folder, config) = folder_with(&authority, true);
    let tls = Tls::load(&config).unwrap();
    let (_, replaced) = tls.acceptor();
    std::fs::write(folder.path().join("server.pem"), "").unwrap();
    assert!(tls.reload().is_err());
    assert!(!replaced.is_cancelled());
    let renewed = authority.issue("localhost");
    std::fs::write(folder.path().join("server.pem"), &renewed.certificate).unwrap();
    assert!(tls.reload().is_err(), "its key is not there yet");
    std::fs::write(folder.path().join("server.key"), &renewed.key).unwrap();
    tls.reload().unwrap();
    assert!(replaced.is_cancelled());
}

#[test]
fn the_end_is_read_in_both_ways_of_writing_it() {
    // From 2050 on years have four digits.
    for (year, seconds) in [(2027, 1_798_761_600), (2060, 2_840_140_800)] {
        let ends = Authority::new().issue_until("localhost", year).der;
        assert_eq!(not_after(&ends), Some(seconds), "{year}");
        assert_eq!(not_after(&ends[..40]), None);
    }
}
