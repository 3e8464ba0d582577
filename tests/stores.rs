//! The object store: one suite for every kind of store, and the behaviour when a store fails.

pub mod conformance;
mod disk;
mod faults;
pub mod faulty;
pub mod log;
mod overwriting;
pub mod play;

use lake::LakeConfig;

use crate::servers::azurite::Azurite;
use crate::servers::s3::S3;

/// A lake on an S3 service.
pub fn on_s3(s3: &S3) -> LakeConfig {
    config(
        format!("{}/under/a-prefix", s3.url),
        &[
            ("endpoint", &s3.endpoint),
            ("region", "us-east-1"),
            ("access_key_id", s3.access_key),
            ("secret_access_key", s3.secret_key),
        ],
    )
}

/// A lake on Azure's Blob Storage.
pub fn on_azure(azurite: &Azurite) -> LakeConfig {
    config(
        format!("{}/under/a-prefix", azurite.url),
        &[
            ("endpoint", &azurite.endpoint),
            ("account_name", azurite.account),
            ("account_key", azurite.key),
        ],
    )
}

fn config(url: String, options: &[(&str, &str)]) -> LakeConfig {
    let options = options
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    LakeConfig {
        options: options.collect(),
        ..LakeConfig::at(url)
    }
}

async fn conforms(config: LakeConfig) {
    conformance::check(&config.open().expect("a lake")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_conforms() {
    conforms(LakeConfig::at("memory:")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_folder_conforms() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    conforms(LakeConfig::at(folder.path().display().to_string())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_s3_service_conforms() {
    let s3 = S3::start().await;
    conforms(on_s3(&s3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn azure_blob_storage_conforms() {
    let azurite = Azurite::start().await;
    conforms(on_azure(&azurite)).await;
}
