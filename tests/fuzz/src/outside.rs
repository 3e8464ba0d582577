//! Targets for what meets the world outside first: requests, events, words of a few letters, configurations of ingest.
#![no_main]

mod config;
#[path = "outside/event.rs"]
mod event;
#[path = "outside/mqtt.rs"]
mod mqtt;
#[path = "pick.rs"]
mod pick;
#[path = "outside/request.rs"]
mod request;
#[path = "outside/settings.rs"]
mod settings;
#[path = "outside/verdict.rs"]
mod verdict;
#[path = "outside/words.rs"]
mod words;
#[path = "outside/world.rs"]
mod world;

use std::sync::LazyLock;

use pick::{Target, pick};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    pick(&[
        ("events", request::events),
        ("files", request::files),
        ("grid", request::grid),
        ("services", request::services),
        ("event", event::event),
        ("words", words::words),
        ("mqtt", mqtt::messages),
        ("config", settings::config),
        ("tokens", settings::tokens),
    ])
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| TARGET(data));
