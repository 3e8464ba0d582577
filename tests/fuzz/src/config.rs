//! A service's configuration, or a file it names: read or refused, and what refuses it quotes no secret.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Stands where seeds have a secret.
const SECRET: &str = "hunter2hunter2";

/// Of this process: several may run at a time.
static FILE: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("fuzz-{}.toml", std::process::id())));

/// Holds `read`, which is given the input as a file, to what is promised of every configuration.
pub fn hold(data: &[u8], read: impl FnOnce(&Path) -> Result<(), Box<dyn Error>>) {
    std::fs::write(&*FILE, data).expect("a file");
    if let Err(error) = read(&FILE) {
        let text = String::from_utf8_lossy(data);
        let message = chain(&*error);
        assert!(!message.contains(SECRET) || !is_value(&text), "{message}");
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

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
