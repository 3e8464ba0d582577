//! Azure Blob Storage with create-only puts: Azurite over a folder, by deploy/azure/azurite.sh.

use super::http;
use super::{Server, free_port, project};
use std::process::Command;
use tempfile::TempDir;

/// A running service with one empty container.
pub struct Azurite {
    /// `http://127.0.0.1:port/account`.
    pub endpoint: String,
    pub container: String,
    pub account: String,
    /// In base64, as Azure gives them.
    pub key: String,
    _server: Server,
    /// After the server, because fields are dropped in order.
    _data: TempDir,
}

impl Azurite {
    /// Returns once it answers: some 2 s, which are Node's.
    pub async fn start() -> Azurite {
        let data = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let (container, account, key) = ("lake", "greenledger", "Z3JlZW5sZWRnZXI=");
        let script = || {
            let mut command = Command::new(project("deploy/azure/azurite.sh"));
            command
                .env("AZURE_STORAGE_ACCOUNT_NAME", account)
                .env("AZURE_STORAGE_ACCOUNT_KEY", key);
            command
        };
        let mut run = script();
        run.args(["run", "--port", &port.to_string()])
            .arg("--data")
            .arg(data.path().join("blobs"));
        let address = format!("http://127.0.0.1:{port}");
        let server = Server::start("azurite", run, data.path(), async || {
            // Any answer will do: without a signature it is a refusal.
            http::get(&address).await.is_ok()
        })
        .await;
        let made = script()
            .args(["container", "--name", container])
            .args(["--port", &port.to_string()])
            .status()
            .expect("deploy/azure/azurite.sh");
        assert!(made.success(), "cannot make a container: {made}");
        Azurite {
            endpoint: format!("{address}/{account}"),
            container: container.into(),
            account: account.into(),
            key: key.into(),
            _server: server,
            _data: data,
        }
    }
}
