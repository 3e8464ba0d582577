//! An S3 service with create-only puts: versitygw over a folder, by deploy/s3/s3.sh.

use super::http;
use super::shared::Shared;
use super::{Server, free_port, project};
use std::process::Command;
use tempfile::TempDir;

/// An empty folder of a bucket, on the shared service.
pub struct S3 {
    /// `http://127.0.0.1:port`, to be used with path-style addresses and any region.
    pub endpoint: String,
    /// The folder, as a lake names it.
    pub url: String,
    pub access_key: &'static str,
    pub secret_key: &'static str,
}

struct Versitygw {
    endpoint: String,
    _server: Server,
    /// After the server, because fields are dropped in order.
    _data: TempDir,
}

static SERVICE: Shared<Versitygw> = Shared::new();
const BUCKET: &str = "tests";
const ACCESS_KEY: &str = "greenledger";
const SECRET_KEY: &str = "greenledger-secret";

impl S3 {
    pub async fn start() -> S3 {
        let (service, folder) = SERVICE.place(Versitygw::start).await;
        S3 {
            endpoint: service.endpoint.clone(),
            url: format!("s3://{BUCKET}/{folder}"),
            access_key: ACCESS_KEY,
            secret_key: SECRET_KEY,
        }
    }
}

impl Versitygw {
    /// Returns once it answers: some 0.1 s.
    async fn start() -> Versitygw {
        let data = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let endpoint = format!("http://127.0.0.1:{port}");
        let mut command = Command::new(project("deploy/s3/s3.sh"));
        command
            .args(["run", "--bucket", BUCKET, "--port", &port.to_string()])
            .arg("--data")
            .arg(data.path().join("buckets"))
            .env("ROOT_ACCESS_KEY", ACCESS_KEY)
            .env("ROOT_SECRET_KEY", SECRET_KEY);
        let server = Server::start_for_all_tests("s3", &command, data.path(), async || {
            answers(&endpoint).await
        })
        .await;
        Versitygw {
            endpoint,
            _server: server,
            _data: data,
        }
    }
}

/// Any answer will do: an unsigned request is refused.
async fn answers(endpoint: &str) -> bool {
    http::get(endpoint).await.is_ok()
}
