//! Azure Blob Storage with create-only puts: Azurite over a folder, by deploy/azure/azurite.sh.

use super::http;
use super::shared::Shared;
use super::{Server, free_port, project};
use std::process::Command;
use tempfile::TempDir;

/// An empty folder of a container, on the shared service.
pub struct Azurite {
    /// `http://127.0.0.1:port/account`.
    pub endpoint: String,
    /// The folder, as a lake names it.
    pub url: String,
    pub account: &'static str,
    /// In base64, as Azure gives them.
    pub key: &'static str,
}

struct Process {
    endpoint: String,
    _server: Server,
    /// After the server, because fields are dropped in order.
    _data: TempDir,
}

static SERVICE: Shared<Process> = Shared::new();
const CONTAINER: &str = "tests";
const ACCOUNT: &str = "greenledger";
const KEY: &str = "Z3JlZW5sZWRnZXI=";

impl Azurite {
    pub async fn start() -> Azurite {
        let (service, folder) = SERVICE.place(Process::start).await;
        Azurite {
            endpoint: service.endpoint.clone(),
            url: format!("az://{CONTAINER}/{folder}"),
            account: ACCOUNT,
            key: KEY,
        }
    }
}

impl Process {
    /// Returns once it answers: some 2 s, which are Node's.
    async fn start() -> Process {
        let data = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let script = || {
            let mut command = Command::new(project("deploy/azure/azurite.sh"));
            command
                .env("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
                .env("AZURE_STORAGE_ACCOUNT_KEY", KEY);
            command
        };
        let mut run = script();
        run.args(["run", "--port", &port.to_string()])
            .arg("--data")
            .arg(data.path().join("blobs"));
        let address = format!("http://127.0.0.1:{port}");
        let server = Server::start_for_all_tests("azurite", &run, data.path(), async || {
            // Any answer will do: an unsigned request is refused.
            http::get(&address).await.is_ok()
        })
        .await;
        let made = script()
            .args(["container", "--name", CONTAINER])
            .args(["--port", &port.to_string()])
            .status()
            .expect("deploy/azure/azurite.sh");
        assert!(made.success(), "cannot make a container: {made}");
        Process {
            endpoint: format!("{address}/{ACCOUNT}"),
            _server: server,
            _data: data,
        }
    }
}
