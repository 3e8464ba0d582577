//! Commands of `greenledger` beside a pipeline in this process, as an operator runs them.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::Embedded;
use crate::servers::service::binary;

impl Embedded {
    /// The file with this pipeline's configuration, for a command beside it.
    pub fn config(&self) -> PathBuf {
        let kafka = self.kafka_config.as_ref().map(|kafka| {
            let (brokers, prefix) = (&kafka.brokers, &kafka.topic_prefix);
            format!("[kafka]\nbrokers = {brokers:?}\ntopic_prefix = {prefix:?}\n")
        });
        let (folder, kafka) = (self.folder(), kafka.unwrap_or_default());
        let file = folder.join("up.toml");
        std::fs::write(&file, format!("data_dir = {folder:?}\n{kafka}")).expect("a configuration");
        file
    }

    /// A command of `greenledger` with this pipeline's configuration, as an operator runs it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary("greenledger"));
        command.args(arguments).arg("--config").arg(self.config());
        command
    }

    /// The output of the command, which must succeed.
    pub fn greenledger(&self, arguments: &[&str]) -> String {
        printed(&mut self.command(arguments))
    }

    /// The output of the command as JSON, run with a token.
    pub fn greenledger_as(&self, token: &str, arguments: &[&str]) -> Value {
        let holder = ["--format", "json", "--url", &self.ingest, "--token", token];
        let output = printed(self.command(arguments).args(holder));
        serde_json::from_str(&output).expect("JSON")
    }
}

fn printed(command: &mut Command) -> String {
    let output = command.output().expect("greenledger");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {error}");
    String::from_utf8(output.stdout).expect("a text")
}
