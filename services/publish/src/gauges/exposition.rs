//! Prometheus's text format, version 0.0.4.

use std::fmt::Write;

/// The text, family by family.
#[derive(Default)]
pub(super) struct Exposition {
    text: String,
}

/// The samples of one family.
pub(super) struct Family<'a> {
    name: &'static str,
    text: &'a mut String,
}

impl Exposition {
    /// Begins a family of gauges. Its samples must follow at once: the format requires a family to be in one piece.
    pub(super) fn gauge(&mut self, name: &'static str, help: &str) -> Family<'_> {
        // Writing to a string cannot fail.
        let _ok = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
        Family {
            name,
            text: &mut self.text,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

impl Family<'_> {
    /// Writes a sample; nothing if there is no value.
    pub(super) fn sample(&mut self, labels: &str, value: impl Into<Option<f64>>) {
        if let Some(value) = value.into() {
            let _ok = writeln!(self.text, "{}{{{labels}}} {value}", self.name);
        }
    }

    /// Writes a sample with more labels in addition to `labels`.
    pub(super) fn sample_with(&mut self, labels: &str, more: &[(&str, &str)], value: f64) {
        let _ok = write!(self.text, "{}{{{labels}", self.name);
        for (name, value) in more {
            let _ok = write!(self.text, ",{}", label(name, value));
        }
        let _ok = writeln!(self.text, "}} {value}");
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
