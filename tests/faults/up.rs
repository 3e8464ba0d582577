//! `greenledger up`, killed.

use std::collections::BTreeMap;

use events::Event;

use super::sent;
use crate::flow::deployment::{AS_OF, TOKEN, TRUST};
use crate::flow::files;
use crate::flow::seen::ledger_rows;
use crate::servers::free_port;
use crate::servers::service::{Killed, binary};

/// `greenledger up` in a folder, killed with what it has just answered for, and started again: the embedded broker remembers
/// a group whose members are gone.
#[tokio::test(flavor = "multi_thread")]
async fn up_is_killed_and_started_again_and_everything_answered_for_is_there() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let ports: Vec<u16> = (0..3).map(|_| free_port()).collect();
    let config = format!(
        "data_dir = {:?}\nas_of = \"{AS_OF}\"\nresults_every_seconds = 1\n\
         [listen]\ningest = \"127.0.0.1:{}\"\naggregate = \"127.0.0.1:{}\"\npublish = \"127.0.0.1:{}\"\n\
         [flush]\nseconds = 1\n[[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\n\
         scope = {{ trust = \"{TRUST}\" }}\nmay_register = true\n",
        folder.path().join("data"),
        ports[0],
        ports[1],
        ports[2],
        ingest::token_sha256(TOKEN),
    );
    let file = folder.path().join("up.toml");
    std::fs::write(&file, config).expect("a configuration");
    let up = || {
        let mut command = std::process::Command::new(binary("greenledger"));
        command
            .arg("up")
            .arg("--config")
            .arg(&file)
            .stderr(std::process::Stdio::null());
        Killed(command.spawn().expect("greenledger up"))
    };
    let url = format!("http://127.0.0.1:{}", ports[0]);
    let client = cli::IngestClient::new(&url, TOKEN).expect("a client");
    let running = up();
    let schools: Vec<Event> = (0..12).map(files::school).collect();
    let meters: Vec<Event> = (0..12)
        .map(|at| files::meter(at, &files::mpan(at as usize)))
        .collect();
    client
        .send(&[schools, meters].concat())
        .await
        .expect("an answer");
    for day in 0..20 {
        client.send(&sent::day(day)).await.expect("an answer");
    }
    drop(running);
    let _running = up();
    for day in 20..30 {
        client.send(&sent::day(day)).await.expect("an answer");
    }
    let address = std::fs::read_to_string(folder.path().join("data/broker.address"));
    let kafka = bus::BusConfig::at(address.expect("an address"));
    let lake = lake::LakeConfig::at(folder.path().join("data/lake").display().to_string());
    let lake = lake.open().expect("the lake");
    let patience = std::time::Duration::from_secs(60);
    cli::settled(&kafka, &lake, &BTreeMap::new(), patience)
        .await
        .expect("settled");
    let rows = ledger_rows(&lake).await;
    let readings = rows
        .iter()
        .filter(|row| row.contains("topic: Readings"))
        .count();
    assert_eq!(readings, 30 * 12);
}
