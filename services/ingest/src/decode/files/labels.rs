//! The names of the columns that hold a day's values: numbered, or named by their times.

/// The half-hours of an ordinary day.
pub(super) const USUAL: usize = 48;
/// Those of the longest day.
pub(super) const MOST: usize = 50;
pub(super) const HALF_HOUR: i64 = 30;
pub(super) const DAY: i64 = 24 * 60;

/// The column of one half-hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// The names that it may have.
    pub(super) names: Vec<String>,
    /// When its half-hour begins, in minutes after midnight.
    pub(super) starts: i64,
}

/// Numbered from 1, in the order of the day.
pub(super) fn numbered(pattern: &str, count: usize) -> Vec<Label> {
    let label = |at: usize| Label {
        names: vec![with_number(pattern, at + 1)],
        starts: at as i64 * HALF_HOUR,
    };
    (0..count).map(label).collect()
}

/// The numbers of columns without names: the first, and how far apart they are.
pub(super) fn by_place(first: usize, every: usize, count: usize) -> Vec<Label> {
    let label = |at: usize| Label {
        names: vec![(first + every * at).to_string()],
        starts: at as i64 * HALF_HOUR,
    };
    (0..count).map(label).collect()
}

/// A name with its number in place of `{n}`, or with two digits of `{nn}`.
pub(crate) fn with_number(pattern: &str, number: usize) -> String {
    pattern
        .replace("{nn}", &format!("{number:02}"))
        .replace("{n}", &number.to_string())
}

/// Named by the time at which each half-hour begins.
pub(super) fn by_start(pattern: &str) -> Vec<Label> {
    let label = |at: i64| Label {
        names: vec![with_time(pattern, at * HALF_HOUR)],
        starts: at * HALF_HOUR,
    };
    (0..USUAL as i64).map(label).collect()
}

/// Named by the time at which each half-hour ends. Midnight is written 24:00 or 00:00.
pub(super) fn by_end(pattern: &str) -> Vec<Label> {
    let label = |at: i64| {
        let ends = (at + 1) * HALF_HOUR;
        let mut names = vec![with_time(pattern, ends)];
        if ends == DAY {
            names.push(with_time(pattern, 0));
        }
        Label {
            names,
            starts: at * HALF_HOUR,
        }
    };
    (0..USUAL as i64).map(label).collect()
}

/// The same where midnight stands first: it is the end of the day before.
pub(super) fn by_end_from_midnight(pattern: &str) -> Vec<Label> {
    let label = |at: i64| Label {
        names: vec![with_time(pattern, at * HALF_HOUR)],
        starts: (at - 1) * HALF_HOUR,
    };
    (0..USUAL as i64).map(label).collect()
}

fn with_time(pattern: &str, minutes: i64) -> String {
    let (hours, minutes) = (minutes / 60, minutes % 60);
    pattern
        .replace("{HMM}", &(hours * 100 + minutes).to_string())
        .replace("{HH}", &format!("{hours:02}"))
        .replace("{MM}", &format!("{minutes:02}"))
}

/// Fails unless the pattern has a number.
pub(super) fn check_numbered(key: &str, pattern: &str) -> Result<(), String> {
    match pattern.contains("{n}") || pattern.contains("{nn}") {
        true => Ok(()),
        false => Err(format!(
            "{key}: the number stands in it as {{n}}, or {{nn}} with two digits; got {pattern:?}"
        )),
    }
}

/// Fails unless the pattern has a time.
pub(super) fn check_timed(key: &str, pattern: &str) -> Result<(), String> {
    let whole = pattern.contains("{HH}") && pattern.contains("{MM}");
    match whole || pattern.contains("{HMM}") {
        true => Ok(()),
        false => Err(format!(
            "{key}: the time stands in it as {{HH}} and {{MM}}, or as {{HMM}}; got {pattern:?}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(labels: &[Label], first: &str, last: &[&str]) {
        assert_eq!((labels.len(), labels[0].starts), (48, 0));
        assert_eq!(labels[0].names, [first]);
        assert_eq!(labels[47].names, last);
        assert_eq!(labels[47].starts, 23 * 60 + 30);
    }

    #[test]
    fn columns_are_named_by_number_or_time() {
        check(&numbered("kWh_{n}", 48), "kWh_1", &["kWh_48"]);
        check(&numbered("hh{nn}", 48), "hh01", &["hh48"]);
        check(&by_place(4, 2, 48), "4", &["98"]);
        check(&by_start("[{HH}:{MM}]"), "[00:00]", &["[23:30]"]);
        check(
            &by_end("{HH}:{MM}:00"),
            "00:30:00",
            &["24:00:00", "00:00:00"],
        );
        check(&by_end("{HMM}"), "30", &["2400", "0"]);
        check(&by_end("H{HH}{MM}"), "H0030", &["H2400", "H0000"]);
    }
}
