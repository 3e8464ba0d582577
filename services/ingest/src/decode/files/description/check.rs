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
            from,
            every: _,
            count,
            midnight_first,
            quarter: _,
        } = &self.values;
        one_of(
            "values",
            &[
                ("numbered", numbered.is_some()),
                ("timed", timed.is_some()),
                ("from", from.is_some()),
                ("column", column.is_some()),
            ],
        )?;
        self.check_header()?;
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
            status.texts.check("status")?;
            if let Some(pattern) = &status.numbered {
                labels::check_numbered("status.numbered", pattern)?;
            }
        }
        Ok(())
    }

    /// Without a header there are no names.
    fn check_header(&self) -> Result<(), String> {
        let Values {
            numbered,
            timed,
            from,
            every,
            ..
        } = &self.values;
        if !self.header.none {
            return match from.is_some() || every.is_some() {
                true => Err("values.from, every: with `header.none`".to_owned()),
                false => Ok(()),
            };
        }
        if numbered.is_some() || timed.is_some() {
            let instead = "values.from: the number of the column of the first half-hour, as there is no header";
            return Err(instead.to_owned());
        }
        if *from == Some(0) || every.is_some_and(|every| every == 0 || from.is_none()) {
            return Err("values.from: counted from 1; `every` with it, at least 1".to_owned());
        }
        if !self.header.absent.is_empty() {
            return Err("header.absent: not with `header.none`".to_owned());
        }
        let status = self.status.as_ref();
        if status.is_some_and(|status| status.numbered.is_some()) {
            return Err("status: `column` or `beside`, as there is no header".to_owned());
        }
        let is_number = |name: &&String| name.parse::<usize>().is_ok_and(|number| number > 0);
        match self.named_columns().find(|name| !is_number(name)) {
            Some(name) => Err(format!(
                "there is no header: a column is named by its number, such as \"3\", and not {name:?}"
            )),
            None => Ok(()),
        }
    }

    /// The columns that are named one by one.
    fn named_columns(&self) -> impl Iterator<Item = &String> {
        let date = self.date.iter().flat_map(|date| date.column.names());
        let at = self
            .at
            .iter()
            .flat_map(|at| [&at.column, &at.date, &at.time]);
        let others = [&self.values.column, &self.unit.column, &self.channel.column];
        let status = self.status.iter().map(|status| &status.column);
        let options = at.chain(others).chain(status).flatten();
        self.header
            .columns
            .iter()
            .chain(self.meter.column.names())
            .chain(date)
            .chain(options)
            .chain(self.period.iter().map(|period| &period.column))
            .chain(self.only.iter().map(|only| &only.column))
            .chain(self.total.iter().map(|total| &total.column))
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
