//! Prometheus's text format, version 0.0.4.

use std::fmt::Write;

/// A family of gauges and its samples. The format requires a family to be in one piece.
#[derive(Debug)]
pub(super) struct FamilyText {
    name: String,
    text: String,
}

impl FamilyText {
    pub(super) fn new(name: String, help: &str) -> Self {
        let text = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
        FamilyText { name, text }
    }

    /// Writes a sample with more labels in addition to `labels`.
    pub(super) fn sample<'a>(
        &mut self,
        labels: &str,
        more: impl IntoIterator<Item = (&'a str, &'a str)>,
        value: f64,
    ) {
        // Writing to a string cannot fail.
        let _ok = write!(self.text, "{}{{{labels}", self.name);
        for (name, value) in more {
            let _ok = write!(self.text, ",{}", label(name, value));
        }
        let _ok = writeln!(self.text, "}} {value}");
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// `name="value"`, escaped.
pub(super) fn label(name: &str, value: &str) -> String {
    let escaped = value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("{name}=\"{escaped}\"")
}
