mod answers;
mod lists;
mod metrics;
mod requests;
mod served;

use std::collections::BTreeSet;

use crate::access::AccessConfig;
use crate::access::tests::{config as access_config, entry};
use crate::fixtures;
use crate::fixtures::estate::{self, Estate, Trusts};

use requests::{HEALTH, paths, requests};
use served::{Answer, Served};

/// A made-up trust of fifteen schools, readable by any caller on this machine.
async fn made_up_trust() -> Served {
    let estate = Estate {
        footprints: fixtures::footprints(),
        config: fixtures::config(),
        lake: lake::LakeConfig::at("memory:").open().unwrap(),
        grid: Default::default(),
        schedules: &["termly"],
        degraded: Vec::new(),
    };
    Served::start(estate, &AccessConfig::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_and_nothing_else_does() {
    let served = made_up_trust().await;
    for path in paths() {
        let path = path.replace("{trust}", fixtures::TRUST);
        let path = path.replace("{urn}", "107501");
        let Answer { status, content } = served.ask("", &path).await;
        assert_eq!(status, 200, "{path}: {content}");
        let is_page = !path.starts_with("/api") && !path.starts_with("/metrics");
        if is_page && !HEALTH.contains(&path.as_str()) {
            let policy = "content-security-policy: default-src 'none'; style-src 'sha256-";
            assert!(content.contains(policy), "{path}");
        }
    }
    let metrics = served.ask("", "/metrics").await.content;
    assert!(metrics.contains("publish_exports_total{outcome=\"failed\",schedule=\"termly\"} 0"));
    assert!(metrics.contains("greenledger_trust_schools{trust=\"calder-vale\"} 15"));
    for path in [
        "/nothing",
        "/schools/1",
        "/trusts/x",
        "/?period=1999-00",
        "/api/v1/schools/999999",
    ] {
        assert_eq!(served.ask("", path).await.status, 404, "{path}");
    }
    let page = served.ask("", "/schools/107514?period=2025-26").await;
    assert!(page.content.contains("2025/26"));
}

/// A token of every kind, each its own secret.
fn readers() -> AccessConfig {
    let alder = |rest: &str| format!("scope = {{ trust = \"alder\" }}\n{rest}");
    let birch = |rest: &str| format!("scope = {{ trust = \"birch\" }}\n{rest}");
    let text = entry("all", "all", "scope = \"all\"")
        + &entry(
            "all-operator",
            "all-operator",
            "scope = \"all\"\noperator = true",
        )
        + &entry("alder", "alder-reader", &alder(""))
        + &entry("birch", "birch-reader", &birch(""))
        + &entry(
            "birch-operator",
            "birch-operator",
            &birch("operator = true"),
        )
        + &entry(
            "school",
            "school-reader",
            "scope = { schools = [\"900021\"] }",
        );
    access_config(&text)
}

/// The readers that may see nothing of trust alder.
const OF_BIRCH: [&str; 3] = ["birch-reader", "birch-operator", "school-reader"];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_a_known_token_is_answered_on_any_route_but_those_for_health() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    let paths = paths().into_iter().flat_map(|path| requests(&path));
    let paths: Vec<String> = paths.chain(["/nothing".to_owned()]).collect();
    for path in &paths {
        let health = HEALTH.contains(&path.as_str());
        for token in ["", "wrong"] {
            let Answer { status, content } = served.ask(token, path).await;
            assert_eq!(status == 200, health, "{path}: {content}");
            for secret in estate::of_alder().into_iter().chain(estate::of_birch()) {
                assert!(
                    !content.contains(&secret),
                    "{path} says {secret}: {content}"
                );
            }
            if !health {
                assert_eq!(status, 401, "{path}: {content}");
                assert!(content.contains("www-authenticate: Basic realm=\"Greenledger\""));
                assert!(content.contains("www-authenticate: Bearer"), "{content}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gives_the_token_as_the_password_of_any_user() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    // anybody:birch-reader
    let basic = "authorization: Basic YW55Ym9keTpiaXJjaC1yZWFkZXI=\r\n";
    let page = served.send(basic, "/").await;
    assert_eq!(page.status, 200);
    assert!(page.content.contains("Birch Trust"), "{}", page.content);
    assert!(
        page.content.contains("cache-control: no-store"),
        "{}",
        page.content
    );
}

/// Shows what is around the first byte that differs: answers are long.
fn same(seen: &str, wanted: &str, what: &str) {
    let mut pairs = seen.bytes().zip(wanted.bytes());
    let at = pairs.position(|(seen, wanted)| seen != wanted);
    let at = at.unwrap_or(seen.len().min(wanted.len()));
    let around = |text: &str| {
        let bytes = text.bytes().skip(at.saturating_sub(200)).take(400);
        String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
    };
    assert!(
        seen == wanted,
        "{what}\nseen: {}\nwanted: {}",
        around(seen),
        around(wanted)
    );
}

/// Whatever alder holds, a reader of birch gets the same answer, byte for byte, as if alder did not exist: no name,
/// figure or error text can reveal anything about it.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_one_trust_is_answered_as_if_there_were_no_other() {
    let both = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    let alone = Served::start(Estate::of(Trusts::BirchAlone).await, &readers()).await;
    for route in &paths() {
        for path in requests(route) {
            for token in OF_BIRCH {
                let (seen, wanted) = (both.ask(token, &path).await, alone.ask(token, &path).await);
                same(
                    &seen.content,
                    &wanted.content,
                    &format!("{token} asks {path}"),
                );
                for secret in estate::of_alder() {
                    let echoed = path.contains(&secret);
                    assert!(
                        echoed || !seen.content.contains(&secret),
                        "{token} asks {path} and reads {secret}: {}",
                        seen.content
                    );
                }
            }
        }
    }
}

/// Objects that a reader may not see look the same as objects that do not exist.
#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_another_is_answered_like_what_is_not_there() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    for route in &paths() {
        for path in requests(route)
            .iter()
            .filter(|path| path.contains("alder") || path.contains("900011"))
            // `after` names a place in the order of a list, and not an object: another place has other objects after it.
            .filter(|path| !path.contains("after="))
        {
            let nowhere = path.replace("alder", "aspen").replace("900011", "900099");
            for token in OF_BIRCH {
                let seen = served.ask(token, path).await;
                let wanted = served.ask(token, &nowhere).await;
                let content = wanted
                    .content
                    .replace("aspen", "alder")
                    .replace("900099", "900011");
                assert_eq!(
                    (seen.status, &seen.content),
                    (wanted.status, &content),
                    "{token} asks {path}"
                );
            }
        }
    }
}

/// The tests above search for data that is really there: readers who may see it do.
#[tokio::test(flavor = "multi_thread")]
async fn those_who_may_see_a_trust_see_all_of_it() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    for (token, wanted) in [
        (
            "all-operator",
            [estate::of_alder(), estate::of_birch()].concat(),
        ),
        ("birch-operator", estate::of_birch()),
    ] {
        let mut missing: BTreeSet<String> = wanted.into_iter().collect();
        for path in paths().into_iter().flat_map(|path| requests(&path)) {
            let answer = served.ask(token, &path).await;
            missing.retain(|name| path.contains(name) || !answer.content.contains(name.as_str()));
        }
        assert!(missing.is_empty(), "{token} does not see {missing:?}");
    }
    // No route is closed to a trust's own reader.
    for route in &paths() {
        let own = route.replace("{trust}", "birch").replace("{urn}", "900021");
        let answer = served.ask("birch-reader", &own).await;
        assert_eq!(answer.status, 200, "{own}: {}", answer.content);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_one_school_sees_neither_its_trust_nor_the_trusts_other_schools() {
    let served = Served::start(Estate::of(Trusts::BirchAlone).await, &readers()).await;
    for route in &paths() {
        for path in requests(route) {
            let answer = served.ask("school-reader", &path).await;
            for secret in [
                "Birch Second",
                "900022",
                "b2-electricity",
                "greenledger_trust_",
            ] {
                let echoed = path.contains(secret);
                assert!(
                    echoed || !answer.content.contains(secret),
                    "{path}: {}",
                    answer.content
                );
            }
            let of_trust = route.contains("{trust}");
            assert!(!of_trust || answer.status != 200, "{path}");
        }
        let own = route.replace("{urn}", "900021");
        if own.contains("900021") {
            let answer = served.ask("school-reader", &own).await;
            assert_eq!(answer.status, 200, "{own}: {}", answer.content);
        }
    }
    let home = served.ask("school-reader", "/").await.content;
    assert!(
        home.contains("Birch First") && home.contains("/schools/900021"),
        "{home}"
    );
    let page = served.ask("school-reader", "/schools/900021").await.content;
    assert!(
        !page.contains("whole trust") && !page.contains("/trusts/"),
        "{page}"
    );
    let whole = served.ask("birch-reader", "/schools/900021").await.content;
    assert!(whole.contains("The whole trust") && whole.contains("/trusts/birch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_operators_read_the_names_of_tokens() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    let open = Served::start(
        Estate::of(Trusts::Both).await,
        &access_config("open = true"),
    )
    .await;
    let own = Served::start(Estate::of(Trusts::Both).await, &AccessConfig::default()).await;
    let paths = ["/schools/900021/explain", "/api/v1/schools/900021/explain"]
        .into_iter()
        .flat_map(requests::why_of);
    let (mut named, mut answered) = (0, 0);
    for path in paths {
        let shown = served
            .ask("all-operator", &path)
            .await
            .content
            .contains("b1-token");
        for (server, token) in [(&served, "birch-operator"), (&own, "")] {
            let answer = server.ask(token, &path).await.content;
            assert_eq!(answer.contains("b1-token"), shown, "{token} asks {path}");
        }
        for (server, token) in [
            (&served, "all"),
            (&served, "birch-reader"),
            (&served, "school-reader"),
            (&open, ""),
        ] {
            let answer = server.ask(token, &path).await;
            assert!(
                !answer.content.contains("b1-token"),
                "{token} asks {path}: {}",
                answer.content
            );
            answered += usize::from(answer.status == 200);
        }
        named += usize::from(shown);
    }
    assert!(
        named >= 4 && answered > 20,
        "{named} of {answered} answers name a token"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_own_metrics_and_reasons_are_for_those_who_see_all() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    for token in ["all", "all-operator"] {
        let metrics = served.ask(token, "/metrics").await.content;
        assert!(metrics.contains("publish_exports_total{"), "{metrics}");
        let ready = served.ask(token, "/readyz").await.content;
        assert!(ready.contains("trust=alder"), "{ready}");
    }
    for token in [
        "",
        "wrong",
        "alder-reader",
        "birch-reader",
        "birch-operator",
        "school-reader",
    ] {
        let ready = served.ask(token, "/readyz").await;
        assert_eq!(ready.status, 200);
        assert!(
            ready.content.contains("results: ") && !ready.content.contains("trust="),
            "{}",
            ready.content
        );
        let metrics = served.ask(token, "/metrics").await.content;
        assert!(
            !metrics.contains("publish_") && !metrics.contains("process_"),
            "{metrics}"
        );
    }
}
