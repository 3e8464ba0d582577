use chassis::chain;

use super::*;
use crate::tokens::Token;

fn tokens() -> Tokens {
    let token: Token = toml::from_str(&format!(
        "name = \"office\"\nsha256 = \"{}\"\nscope = \"all\"",
        "0".repeat(64)
    ))
    .unwrap();
    Tokens::load(&[token], None).unwrap()
}

const GOOD: &str =
    "url = \"mqtts://broker.example\"\nclient_id = \"greenledger\"\nstate = \"reads\"\n";
const SUBSCRIPTION: &str =
    "[[subscriptions]]\ntopic = \"glow/+/SENSOR/+\"\ntoken = \"office\"\npayload = \"glow\"\n";

fn check(begin: &str, subscription: &str, wanted: &str) {
    let config: Result<MqttConfig, _> = toml::from_str(&format!("{begin}{subscription}"));
    let message = match config {
        Err(error) => error.to_string(),
        Ok(config) => match config.check(&tokens()) {
            Ok(()) => String::new(),
            Err(error) => chain(&error),
        },
    };
    match wanted {
        "" => assert_eq!(message, ""),
        _ => assert!(message.contains(wanted), "{message}"),
    }
}

#[test]
fn an_unusable_setting_is_named() {
    check(GOOD, SUBSCRIPTION, "");
    let begin = |line: &str| format!("{GOOD}{line}\n");
    check(&begin("password = \"x\""), SUBSCRIPTION, "needs a username");
    let unset = "username = \"u\"\npassword = { env = \"GREENLEDGER_NOT_SET\" }";
    check(
        &begin(unset),
        SUBSCRIPTION,
        "GREENLEDGER_NOT_SET is not set",
    );
    check(&begin("keep_alive_seconds = 0"), SUBSCRIPTION, "at least 1");
    check(
        &GOOD.replace("reads", "no/folder/reads"),
        SUBSCRIPTION,
        "no folder no/folder",
    );
    for url in ["http://h", "mqtts://u:secret@h", "h:1883", "mqtt://"] {
        let begin = GOOD.replace("mqtts://broker.example", url);
        check(&begin, SUBSCRIPTION, "url is mqtts://host:port");
    }
    let plain = GOOD.replace("mqtts", "mqtt");
    check(
        &format!("{plain}ca = \"ca.pem\"\n"),
        SUBSCRIPTION,
        "mqtts:// only",
    );
    check(&begin("subscriptions = []"), "", "is empty");
    let with = |from: &str, to: &str| SUBSCRIPTION.replace(from, to);
    check(GOOD, &with("/+\"", "/+a\""), "+ as a whole level only");
    check(
        GOOD,
        &with("office", "offices"),
        "there is no token \"offices\"",
    );
    check(GOOD, &with("\"glow\"\n", "\"glov\"\n"), "cloudevents");
    let described = |lines: &str| {
        with("payload = \"glow\"\n", "") + "[subscriptions.payload.register]\n" + lines
    };
    let interval = "[subscriptions.payload.interval]\nmeter = \"mpan:2200012767323\"\nvalue = \"/kwh\"\ntime = \"/end\"\n\
                    unit = \"kWh\"\nlabel = \"end\"\ninterval = \"PT15M\"\n";
    check(GOOD, &(with("payload = \"glow\"\n", "") + interval), "");
    let whole = "meter = \"mpan:2200012767323\"\nvalue = \"/total\"\nunit = \"kWh\"\n";
    check(GOOD, &described(whole), "");
    check(
        GOOD,
        &described("value = \"/total\"\nunit = \"kWh\"\n"),
        "exactly one of meter,",
    );
    check(
        GOOD,
        &described(&whole.replace("/total", "total")),
        "begins with /",
    );
    check(GOOD, &described(&whole.replace("kWh", "kW")), "power");
    check(
        GOOD,
        &described(&format!("{whole}zone = \"Europe/London\"\n")),
        "zone",
    );
    check(
        GOOD,
        &described(&whole.replace("323\"", "324\"")),
        "check digit",
    );
}

#[test]
fn a_long_topic_is_a_source_of_its_own() {
    assert_eq!(source("glow/1/STATE"), "mqtt:glow/1/STATE");
    let long = |end: &str| source(&format!("{}{end}", "é".repeat(300)));
    assert!(is_text(&long("a")) && is_text(&source("a\u{7}b")));
    assert_ne!(long("a"), long("b"));
}
