//! What serde cannot check of a description.

use std::collections::BTreeSet;

use super::{Clock, Description, Kind, Readings, Waste};
use crate::decode::files::description::Label;
use crate::decode::register_reads::{RegisterPart, pointer_is_wrong};
use crate::decode::services::path::Path;

impl Description {
    /// Fails, in words, if keys are missing or do not go together.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_of_rows = |rows: &Path| rows.is_absolute() && rows.is_of_every();
        match (&self.rows, self.registers.is_empty()) {
            (Some(rows), true) if is_of_rows(rows) => {}
            (None, false) => {}
            (_, true) => return Err("rows: a path from the payload, such as /results/*".to_owned()),
            (Some(_), false) => {
                return Err(
                    "rows: not with `[[registers]]`, whose payloads are messages".to_owned(),
                );
            }
        }
        let fixed = self
            .expect
            .iter()
            .map(|expect| ("expect.path", &expect.path));
        let fixed = fixed
            .chain(self.issued.iter().map(|path| ("issued", path)))
            .chain(self.private.iter().map(|path| ("private", path)));
        for (key, path) in fixed {
            of_payload(key, path)?;
        }
        let mut places = self.without_reads.iter();
        if let Some(wrong) = places.find_map(|place| pointer_is_wrong("without_reads", Some(place)))
        {
            return Err(wrong);
        }
        if self.registers.is_empty() && !self.without_reads.is_empty() {
            return Err("without_reads: with `[[registers]]`".to_owned());
        }
        match self.kind() {
            Some(Kind::Readings(readings)) => readings.check(),
            Some(Kind::Waste(waste)) => waste.check(),
            Some(Kind::Registers(registers)) => {
                match registers.iter().find_map(RegisterPart::wrong) {
                    Some(wrong) => Err(format!("registers: {wrong}")),
                    None => Ok(()),
                }
            }
            None => Err("exactly one of `[readings]`, `[waste]` and `[[registers]]`".to_owned()),
        }
    }
}

impl Readings {
    fn check(&self) -> Result<(), String> {
        let values = &self.values;
        let is_day = values.numbered.is_some();
        exactly_one(
            "readings",
            &[("at", self.at.is_some()), ("date", self.date.is_some())],
        )?;
        if is_day != self.date.is_some() {
            return Err(
                "readings: `date` with `values.numbered`, `at` with `values.path`".to_owned(),
            );
        }
        if values.count.is_some_and(|count| !matches!(count, 48 | 50)) {
            return Err("readings.values.count: 48 or 50".to_owned());
        }
        if is_day && (values.count.is_none() || self.minutes != 30 || self.clock == Clock::Offset) {
            return Err(
                "readings.values.numbered: with `count`, of half-hours, local or utc".to_owned(),
            );
        }
        if self.label.is_some() != self.at.is_some() {
            return Err("readings.label: with `at`, and only with it".to_owned());
        }
        if !matches!(self.minutes, 5 | 10 | 15 | 30) {
            return Err("readings.minutes: 5, 10, 15 or 30".to_owned());
        }
        let is_short = self.minutes < 30;
        if is_short && self.clock == Clock::Local && self.label == Some(Label::End) {
            return Err(
                "readings.label: local times of short intervals name their starts".to_owned(),
            );
        }
        if is_short && self.status.is_some() {
            return Err("readings.status: not of intervals that are added up".to_owned());
        }
        // Parts of half-hours are found by their times alone.
        let of_each_row = |path: Option<&Path>| path.is_some_and(|path| !path.is_absolute());
        let meter = self.meter.as_ref();
        if is_short && of_each_row(meter.and_then(|meter| meter.path.as_ref())) {
            return Err(
                "readings.meter.path: from the payload, where intervals are added up".to_owned(),
            );
        }
        if is_short && of_each_row(self.channel.path.as_ref()) {
            return Err(
                "readings.channel.path: from the payload, where intervals are added up".to_owned(),
            );
        }
        if let Some(at) = &self.at {
            of_row("readings.at.path", &at.path)?;
            if at.formats.is_empty() != (self.clock == Clock::Offset) {
                return Err(
                    "readings.at.formats: needed, unless times bear their offsets".to_owned(),
                );
            }
            if at.until.is_some() && self.clock != Clock::Offset {
                return Err("readings.at.until: with clock = \"offset\"".to_owned());
            }
        }
        if let Some(date) = &self.date {
            of_row("readings.date.path", &date.path)?;
        }
        for path in values.path.iter().chain(&values.plus) {
            of_row("readings.values", path)?;
        }
        for (key, pattern) in [
            ("readings.values.numbered", values.numbered.as_deref()),
            (
                "readings.status.numbered",
                self.status
                    .as_ref()
                    .and_then(|status| status.numbered.as_deref()),
            ),
        ] {
            if pattern.is_some_and(|pattern| !pattern.contains("{n}") && !pattern.contains("{nn}"))
            {
                return Err(format!("{key}: the number stands in it as {{n}} or {{nn}}"));
            }
        }
        if let Some(status) = &self.status {
            let per_row = status.path.is_some();
            exactly_one(
                "readings.status",
                &[("path", per_row), ("numbered", status.numbered.is_some())],
            )?;
            if status.numbered.is_some() && !is_day {
                return Err("readings.status.numbered: with `values.numbered`".to_owned());
            }
            if let Some(path) = &status.path {
                of_row("readings.status.path", path)?;
            }
            status.texts.check("readings.status")?;
        }
        self.check_unit()?;
        match self.series.is_empty() {
            true => self.check_meter(),
            false => self.check_series(),
        }
    }

    fn check_unit(&self) -> Result<(), String> {
        let unit = &self.unit;
        exactly_one(
            "readings.unit",
            &[
                ("is", unit.is.is_some()),
                ("path", unit.path.is_some()),
                ("parameter", unit.parameter.is_some()),
            ],
        )?;
        if let Some(path) = &unit.path {
            of_payload("readings.unit.path", path)?;
        }
        match unit.path.is_some() == unit.names.is_empty() {
            true => Err("readings.unit.names: with `path`, and only with it".to_owned()),
            false => Ok(()),
        }
    }

    /// The meter and the channel of the only series.
    fn check_meter(&self) -> Result<(), String> {
        let meter = self
            .meter
            .as_ref()
            .ok_or("readings.meter: where the meter's number is")?;
        if meter.parameter.is_none() && meter.path.is_none() {
            return Err("readings.meter: `parameter`, `path` or both".to_owned());
        }
        if !meter.patterns.is_empty() {
            let path = meter
                .path
                .as_ref()
                .ok_or("readings.meter.patterns: with `path`")?;
            of_payload("readings.meter.path", path)?;
        }
        if self.series_by.is_some() || !self.skip.is_empty() {
            return Err("readings.series_by and skip: with `[[readings.series]]`".to_owned());
        }
        if self.values.path.is_some() == self.values.numbered.is_some() {
            return Err("readings.values: exactly one of `path` and `numbered`".to_owned());
        }
        let channel = &self.channel;
        let by_path = channel.path.is_some();
        if by_path == (channel.names.is_empty() && channel.contains.is_empty())
            || by_path && channel.is.is_some()
            || !channel.names.is_empty() && !channel.contains.is_empty()
        {
            return Err("readings.channel: `is`, or `path` with `names` or `contains`".to_owned());
        }
        match &channel.path {
            Some(path) if !channel.contains.is_empty() => of_payload("readings.channel.path", path),
            Some(path) => of_row("readings.channel.path", path),
            None => Ok(()),
        }
    }

    fn check_series(&self) -> Result<(), String> {
        let parameters: BTreeSet<_> = self.series.iter().map(|series| &series.parameter).collect();
        if parameters.len() < self.series.len() {
            return Err("readings.series.parameter: another for each series".to_owned());
        }
        if self.meter.is_some() || self.channel.path.is_some() || self.channel.is.is_some() {
            return Err(
                "readings: `meter` and `channel` stand in the series, if there are any".to_owned(),
            );
        }
        if self.values.numbered.is_some() {
            return Err("readings.values.numbered: not with series".to_owned());
        }
        for series in &self.series {
            if series.is.is_some() != self.series_by.is_some() {
                return Err("readings.series.is: with `series_by`, and only with it".to_owned());
            }
            let value = series.value.as_ref().or(self.values.path.as_ref());
            of_row(
                "readings.series.value",
                value.ok_or("readings.series.value: where the value is")?,
            )?;
        }
        Ok(())
    }
}

impl Waste {
    fn check(&self) -> Result<(), String> {
        of_payload("waste.received", &self.received)?;
        let paths = self
            .references
            .iter()
            .map(|path| ("waste.references", path));
        let paths = paths
            .chain(
                self.tracking_id
                    .iter()
                    .map(|path| ("waste.tracking_id", path)),
            )
            .chain(self.carrier.iter().map(|path| ("waste.carrier", path)));
        for (key, path) in paths {
            of_payload(key, path)?;
        }
        let weight = &self.weight;
        for path in [&weight.amount, &weight.metric, &weight.is_estimate] {
            of_row("waste.weight", path)?;
        }
        match weight.kilograms.is_empty() {
            true => Err("waste.weight.kilograms: how many each metric is".to_owned()),
            false => Ok(()),
        }
    }
}

fn of_payload(key: &str, path: &Path) -> Result<(), String> {
    match path.is_absolute() && !path.is_of_every() {
        true => Ok(()),
        false => Err(format!(
            "{key}: a path from the payload, without *; got {}",
            path.as_str()
        )),
    }
}

fn of_row(key: &str, path: &Path) -> Result<(), String> {
    match path.is_absolute() || path.is_of_every() {
        false => Ok(()),
        true => Err(format!(
            "{key}: a path from the row, without *; got {}",
            path.as_str()
        )),
    }
}

fn exactly_one(table: &str, keys: &[(&str, bool)]) -> Result<(), String> {
    if keys.iter().filter(|(_, is_given)| *is_given).count() == 1 {
        return Ok(());
    }
    let names: Vec<_> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
    Err(format!("{table}: exactly one of {}", names.join(", ")))
}
