//! What serde cannot check of a description.

use super::{Description, Label, Layout, Values};
use crate::decode::files::labels;

impl Description {
    /// Fails, in words, if keys are missing or do not go together.
    pub(super) fn check(&self) -> Result<(), String> {
        let day = self.layout == Layout::Day;
        let reading = self.layout == Layout::Reading;
        let period = self.layout == Layout::Period;
        needed("date", self.date.is_some(), day || period)?;
        needed("at", self.at.is_some(), reading)?;
        needed("period", self.period.is_some(), period)?;
        let Values {
            numbered,
            timed,
            column,
            count,
            midnight_first,
        } = &self.values;
        one_of(
            "values",
            &[
                ("numbered", numbered.is_some()),
                ("timed", timed.is_some()),
                ("column", column.is_some()),
            ],
        )?;
        needed("values.column", column.is_some(), !day)?;
        if count.is_some_and(|count| !matches!(count, 48 | 50)) {
            return Err("values.count: 48 or 50".to_owned());
        }
        if *midnight_first && (timed.is_none() || self.label != Some(Label::End)) {
            return Err(
                "values.midnight_first: of `timed` columns with label = \"end\"".to_owned(),
            );
        }
        let has_times = timed.is_some() || reading;
        needed("label", self.label.is_some(), has_times)?;
        if let Some(pattern) = numbered {
            labels::check_numbered("values.numbered", pattern)?;
        }
        if let Some(pattern) = timed {
            labels::check_timed("values.timed", pattern)?;
        }
        if self.shift_days.abs() > 2 {
            return Err("shift_days: at most two".to_owned());
        }
        if let Some(at) = &self.at {
            let two = at.date.is_some() && at.time.is_some();
            let any = at.date.is_some() || at.time.is_some();
            if at.column.is_some() == two || any != two {
                return Err("at: `column`, or `date` and `time`".to_owned());
            }
        }
        let formats = self.date.iter().map(|date| &date.formats);
        let formats = formats.chain(self.at.iter().map(|at| &at.formats));
        if formats.into_iter().any(Vec::is_empty) {
            return Err("formats: at least one".to_owned());
        }
        let has_time = |format: &String| {
            let hour = format.contains("%H")
                || format.contains("%I") && (format.contains("%p") || format.contains("%P"));
            hour && format.contains("%M") || format.contains("%T") || format.contains("%R")
        };
        if self
            .at
            .as_ref()
            .is_some_and(|at| !at.formats.iter().all(has_time))
        {
            return Err(
                "at.formats: with the hour (%H, or %I and %p) and the minute (%M)".to_owned(),
            );
        }
        one_of(
            "unit",
            &[
                ("is", self.unit.is.is_some()),
                ("column", self.unit.column.is_some()),
            ],
        )?;
        needed(
            "unit.names",
            !self.unit.names.is_empty(),
            self.unit.column.is_some(),
        )?;
        let channel = &self.channel;
        if channel.is.is_some() && channel.column.is_some() {
            return Err("channel: `is` or `column`, not both".to_owned());
        }
        let named = !channel.names.is_empty();
        needed("channel.names", named, channel.column.is_some())?;
        if let Some(status) = &self.status {
            one_of(
                "status",
                &[
                    ("column", status.column.is_some()),
                    ("beside", status.beside.is_some()),
                    ("numbered", status.numbered.is_some()),
                ],
            )?;
            if !day && status.column.is_none() {
                return Err("status: `column`, as a row holds one value".to_owned());
            }
            if status.known().next().is_none() {
                return Err("status: list the texts that mean actual or estimated".to_owned());
            }
            if let Some(pattern) = &status.numbered {
                labels::check_numbered("status.numbered", pattern)?;
            }
        }
        Ok(())
    }
}

fn needed(key: &str, is_there: bool, is_needed: bool) -> Result<(), String> {
    match (is_there, is_needed) {
        (false, true) => Err(format!("{key}: this layout needs it")),
        (true, false) => Err(format!("{key}: this layout has no use for it")),
        _ => Ok(()),
    }
}

fn one_of(table: &str, keys: &[(&str, bool)]) -> Result<(), String> {
    let given = keys.iter().filter(|(_, is_given)| *is_given).count();
    if given == 1 {
        return Ok(());
    }
    let names: Vec<_> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
    Err(format!("{table}: exactly one of {}", names.join(", ")))
}
