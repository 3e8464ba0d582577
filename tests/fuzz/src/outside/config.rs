//! A configuration of ingest, tokens and all: read or refused, and what refuses it quotes no secret.

use std::path::PathBuf;
use std::sync::LazyLock;

/// Stands where seeds have a secret.
const SECRET: &str = "hunter2hunter2";

/// Of this process: several may run at a time.
static FILE: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("fuzz-{}.toml", std::process::id())));

pub fn config(data: &[u8]) {
    std::fs::write(&*FILE, data).expect("a file");
    match chassis::read_config::<ingest::Config>(&FILE) {
        Ok(mut config) => {
            // Files of the machine are none of an input's business.
            config.tokens_file = None;
            config.tls = None;
            if let Err(error) = config.check() {
                assert!(!said(&error).contains(SECRET), "{}", said(&error));
            }
        }
        Err(error) => {
            let text = String::from_utf8_lossy(data);
            let said = said(&error);
            assert!(!said.contains(SECRET) || !is_value(&text), "{said}");
        }
    }
}

/// Whether the secret stands only where values do: a key is not secret, and may be quoted.
fn is_value(text: &str) -> bool {
    text.lines()
        .filter(|line| line.contains(SECRET))
        .all(|line| {
            let before = line.split(SECRET).next().unwrap_or_default();
            before.trim_end().ends_with(['"', '\'']) && before.contains('=')
        })
}

fn said(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        said.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    said
}
