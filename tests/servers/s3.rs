//! An S3 service with create-only puts: versitygw over a folder, by deploy/s3/s3.sh.

use super::http;
use super::{Server, free_port, project};
use std::process::Command;
use tempfile::TempDir;

/// A running service with one empty bucket.
pub struct S3 {
    /// `http://127.0.0.1:port`, to be used with path-style addresses and any region.
    pub endpoint: String,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: String,
    _server: Server,
    /// After the server, because fields are dropped in order.
    _data: TempDir,
}

impl S3 {
    /// Returns once it answers: some 0.1 s.
    pub async fn start() -> S3 {
        let data = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let endpoint = format!("http://127.0.0.1:{port}");
        let (bucket, access_key, secret_key) = ("lake", "greenledger", "greenledger-secret");
        let mut command = Command::new(project("deploy/s3/s3.sh"));
        command
            .args(["run", "--bucket", bucket, "--port", &port.to_string()])
            .arg("--data")
            .arg(data.path().join("buckets"))
            .env("ROOT_ACCESS_KEY", access_key)
            .env("ROOT_SECRET_KEY", secret_key);
        let server = Server::start("s3", command, data.path(), async || {
            answers(&endpoint).await
        })
        .await;
        S3 {
            bucket: bucket.into(),
            access_key: access_key.into(),
            secret_key: secret_key.into(),
            endpoint,
            _server: server,
            _data: data,
        }
    }
}

/// Any answer will do: without a signature it is a refusal.
async fn answers(endpoint: &str) -> bool {
    http::get(endpoint).await.is_ok()
}
