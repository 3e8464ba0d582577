use std::path::Path;

use axum::http::{HeaderValue, header};
use chassis::{chain, token_sha256};

use super::*;

const LOOPBACK: [&str; 3] = ["127.0.0.1:8082", "[::1]:8082", "[::ffff:127.0.0.1]:8082"];
const NETWORK: [&str; 4] = [
    "0.0.0.0:8082",
    "[::]:8082",
    "192.0.2.7:8082",
    "[2001:db8::7]:8082",
];

pub(crate) fn config(text: &str) -> AccessConfig {
    toml::from_str(text).unwrap()
}

/// A token as a configuration lists it.
pub(crate) fn entry(name: &str, secret: &str, rest: &str) -> String {
    let hash = token_sha256(secret);
    format!("[[tokens]]\nname = \"{name}\"\nsha256 = \"{hash}\"\n{rest}\n")
}

fn at(address: &str, config: &AccessConfig) -> Result<Access, AccessError> {
    Access::new(config, address.parse().unwrap())
}

fn reader(access: &Access, token: &str) -> Result<Reader, Denied> {
    let mut headers = HeaderMap::new();
    if !token.is_empty() {
        let value = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
        headers.insert(header::AUTHORIZATION, value);
    }
    access.reader(&headers)
}

#[test]
fn without_tokens_only_this_machine_is_served_unless_the_configuration_is_open() {
    let (nothing, open) = (config(""), config("open = true"));
    let tokens = config(&entry("lead", "secret", "scope = \"all\""));
    for address in LOOPBACK {
        assert!(at(address, &nothing).is_ok(), "{address}");
        assert!(at(address, &open).is_ok() && at(address, &tokens).is_ok());
    }
    for address in NETWORK {
        let error = at(address, &nothing).err().unwrap().to_string();
        for hint in [
            address,
            "[[access.tokens]]",
            "access.tokens_file",
            "127.0.0.1",
            "access.open = true",
        ] {
            assert!(error.contains(hint), "{error}");
        }
        assert!(nothing.check(address).is_err(), "validate says so too");
        assert!(at(address, &open).is_ok() && at(address, &tokens).is_ok());
    }
    // Checked once the address is known.
    assert!(nothing.check("publish.example:8082").is_ok());
}

#[test]
fn an_open_configuration_with_tokens_is_refused() {
    let both = config(&format!(
        "open = true\n{}",
        entry("lead", "secret", "scope = \"all\"")
    ));
    for outcome in [
        both.check("127.0.0.1:8082"),
        at("127.0.0.1:8082", &both).map(drop),
    ] {
        assert!(matches!(outcome, Err(AccessError::OpenWithTokens)));
    }
}

#[test]
fn a_token_decides_what_its_holder_sees_and_unknown_tokens_are_denied() {
    let text = entry("lead", "one", "scope = { trust = \"heron\" }")
        + &entry("head", "two", "scope = { schools = [\"900001\"] }")
        + &entry("office", "three", "scope = \"all\"\noperator = true");
    let access = at("0.0.0.0:8082", &config(&text)).unwrap();
    let heron = ReaderScope::Trust("heron".to_owned());
    let school = ReaderScope::Schools([900_001.try_into().unwrap()].into());
    for (token, scope, operator) in [
        ("one", heron, false),
        ("two", school, false),
        ("three", ReaderScope::All, true),
    ] {
        assert_eq!(reader(&access, token), Ok(Reader { scope, operator }));
    }
    assert_eq!(reader(&access, ""), Err(Denied::NoToken));
    assert_eq!(reader(&access, "four"), Err(Denied::UnknownToken));
}

#[test]
fn only_on_the_loopback_interface_a_reader_without_a_token_is_an_operator() {
    let operator = |address, text| {
        reader(&at(address, &config(text)).unwrap(), "")
            .unwrap()
            .operator
    };
    assert!(operator("127.0.0.1:8082", ""));
    assert!(!operator("127.0.0.1:8082", "open = true"));
    assert!(!operator("0.0.0.0:8082", "open = true"));
}

#[test]
fn a_file_of_tokens_is_read_again_and_one_that_cannot_be_used_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("readers.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    write(&entry("old", "old", "scope = \"all\""));
    let named = |file: &Path| config(&format!("tokens_file = {file:?}"));
    let access = at("0.0.0.0:8082", &named(&file)).unwrap();
    write(&entry("new", "new", "scope = \"all\""));
    access.renew().unwrap();
    assert_eq!(reader(&access, "old"), Err(Denied::UnknownToken));
    assert!(reader(&access, "new").is_ok());
    write("");
    let error = chain(&access.renew().unwrap_err());
    assert!(error.ends_with("readers.toml holds no token"), "{error}");
    assert!(reader(&access, "new").is_ok());
    let nowhere = named(&folder.path().join("no.toml"));
    let error = chain(&nowhere.check("0.0.0.0:8082").unwrap_err());
    assert!(
        error.contains("cannot read ") && error.contains("no.toml"),
        "{error}"
    );
}
