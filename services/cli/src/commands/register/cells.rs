//! Single cells of lists: days, numbers, and the numbers of meters.

use chrono::NaiveDate;
use events::{MeterId, MeterIdError, Rule, Written};

/// Why a cell cannot be used: the rule, and how to mend it.
pub type Fault = (Rule, String);

fn fault<T>(hint: impl Into<String>) -> Result<T, Fault> {
    Err((Rule::FileRow, hint.into()))
}

/// Whether a cell states nothing: it is empty, or a dash.
pub fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|letter| matches!(letter, '-' | '\u{2013}' | '\u{2014}'))
        || ["n/a", "#n/a", "null", "none"]
            .iter()
            .any(|none| none.eq_ignore_ascii_case(text))
}

/// A day: as ISO 8601 writes it, or day first.
pub fn day(text: &str) -> Result<NaiveDate, Fault> {
    let text = text.strip_suffix(" 00:00:00").unwrap_or(text);
    let read = |formats: &[&str]| {
        let days = formats
            .iter()
            .map(|format| NaiveDate::parse_from_str(text, format));
        // A year of two digits is read as one of the first century.
        days.flatten()
            .find(|day| NaiveDate::read(&day.to_string()).is_some())
    };
    if let Some(day) = read(&[
        "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y",
    ]) {
        return Ok(day);
    }
    let is_serial = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_serial {
        return fault(
            "a spreadsheet has turned the day into a number: format the column as a date, or write it 2019-09-01",
        );
    }
    if is_month_first(text) {
        return fault("days are read day first; write it 2019-09-01");
    }
    fault("a day is written 2019-09-01, or day first 01/09/2019")
}

/// Whether a text can be a day only if the month stands first.
pub fn is_month_first(text: &str) -> bool {
    let is = |format| NaiveDate::parse_from_str(text, format).is_ok();
    is("%m/%d/%Y") && !is("%d/%m/%Y") || is("%m-%d-%Y") && !is("%d-%m-%Y")
}

/// A decimal number.
pub fn number(text: &str) -> Result<f64, Fault> {
    let is_decimal = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = is_decimal.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| {
        (
            Rule::FileRow,
            "it is a decimal number such as 14.4, without a unit".to_owned(),
        )
    })
}

/// How a meter's number is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// By its length: 13 digits are an MPAN, 6 to 11 an MPRN.
    ByLength,
    Mpan,
    Mprn,
    Serial,
}

/// A meter's number. Spaces in it do not count, and a numbering may stand before it.
pub fn meter(text: &str, numbering: Numbering) -> Result<MeterId, Fault> {
    if let Some((numbering, number)) = text.split_once(':')
        && let Ok(meter) = format!("{}:{}", numbering.to_lowercase(), number.trim()).parse()
    {
        return Ok(meter);
    }
    let bare: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    if numbering != Numbering::Serial && ingest::is_scientific(&bare) {
        return fault(
            "a spreadsheet has shortened the number: format the column as text, and enter the whole number again",
        );
    }
    let digits = bare.bytes().all(|byte| byte.is_ascii_digit());
    let numbering = match numbering {
        Numbering::Mpan => "mpan",
        Numbering::Mprn => "mprn",
        Numbering::Serial => "serial",
        Numbering::ByLength if digits && bare.len() == 13 => "mpan",
        Numbering::ByLength if digits && (6..=11).contains(&bare.len()) => "mprn",
        Numbering::ByLength => {
            return fault(
                "it is neither an MPAN of 13 digits nor an MPRN of 6 to 11; name the column of serial numbers with \
                 --column serial=…",
            );
        }
    };
    let meter = format!("{numbering}:{bare}").parse();
    meter.map_err(|error| match error {
        MeterIdError::MpanCheckDigit(_) => {
            (Rule::CheckDigit, format!("{error}; look the number up on a bill"))
        }
        MeterIdError::MpanLength(_) if digits && bare.len() == 21 => (
            Rule::FileRow,
            "it is a whole MPAN with its top line; the core is its last 13 digits".to_owned(),
        ),
        MeterIdError::MprnLength(_) if digits && bare.len() < 6 => (
            Rule::FileRow,
            format!("{error}; a spreadsheet may have removed leading zeros, so look the number up on a bill"),
        ),
        error => (Rule::FileRow, error.to_string()),
    })
}

/// The number without leading zeros, which spreadsheets remove: meters that differ only in these are one.
pub fn without_zeros(meter: &MeterId) -> String {
    let text = meter.as_str();
    match text.split_once(':') {
        Some((numbering, number)) => format!("{numbering}:{}", number.trim_start_matches('0')),
        None => text.to_owned(),
    }
}

/// A name for comparison: in small letters, with plain apostrophes and single spaces.
pub fn comparable(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            '\u{2018}' | '\u{2019}' | '\u{b4}' | '`' => '\'',
            letter => letter,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_day_first_and_never_guessed() {
        for text in [
            "2019-09-02",
            "02-09-2019",
            "02/09/2019",
            "2/9/2019",
            "2019-09-02 00:00:00",
            "2 Sep 2019",
        ] {
            assert_eq!(day(text).unwrap().to_string(), "2019-09-02", "{text}");
        }
        for (text, hint) in [
            ("43710", "turned the day into a number"),
            ("09/13/2019", "day first"),
            ("02/09/19", "written 2019-09-01"),
            ("31/02/2019", "written 2019-09-01"),
            ("soon", "written 2019-09-01"),
        ] {
            let (_, found) = day(text).unwrap_err();
            assert!(found.contains(hint), "{text}: {found}");
        }
    }

    #[test]
    fn a_meters_number_is_read_whole_or_named_for_what_is_wrong_with_it() {
        for (text, numbering, wanted) in [
            ("2200012767323", Numbering::ByLength, "mpan:2200012767323"),
            ("22 0001 2767 323", Numbering::Mpan, "mpan:2200012767323"),
            ("3938424403", Numbering::ByLength, "mprn:3938424403"),
            ("E10BG12345", Numbering::Serial, "serial:E10BG12345"),
            ("21E5012345", Numbering::Serial, "serial:21E5012345"),
            ("MPRN:3938424403", Numbering::Mpan, "mprn:3938424403"),
        ] {
            assert_eq!(meter(text, numbering).unwrap().as_str(), wanted, "{text}");
        }
        for (text, numbering, hint) in [
            ("2.38E+12", Numbering::Mpan, "shortened"),
            ("2.2E12", Numbering::ByLength, "shortened"),
            ("2200012767324", Numbering::ByLength, "check digit"),
            ("008019022200012767323", Numbering::Mpan, "last 13 digits"),
            ("38424", Numbering::Mprn, "leading zeros"),
            ("38424", Numbering::ByLength, "--column serial"),
            ("E10 (old)", Numbering::Serial, "letters, digits"),
        ] {
            let (_, found) = meter(text, numbering).unwrap_err();
            assert!(found.contains(hint), "{text}: {found}");
        }
    }

    #[test]
    fn names_are_the_same_whatever_writes_their_apostrophes() {
        assert_eq!(
            comparable(" St Aidan\u{2019}s  CE "),
            comparable("st aidan's ce")
        );
    }
}
