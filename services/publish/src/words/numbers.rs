//! Numbers, as people read them.

use events::Quantity;

/// `1,234,567`
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('\u{2212}');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 school`, `2 schools`
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(count as i64))
}

/// `one`, `one and two`, `one, two and three`
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// A decimal with grouped whole digits: `1,234.5`.
pub(crate) fn decimal(number: f64, places: usize) -> String {
    let text = format!("{:.places$}", number.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        "\u{2212}"
    } else {
        ""
    };
    format!("{sign}{}{rest}", grouped(whole.parse().unwrap_or(0)))
}

/// Millionths as whole units: milliwatt-hours as `12,345` kWh. Rounded, half away from zero.
pub(crate) fn whole_units(quantity: Quantity) -> String {
    grouped((quantity as f64 / events::MICRO as f64).round() as i64)
}

/// `98.4%`; a whole percentage where `places` is 0. What is not quite all is never shown as 100%.
pub(crate) fn percent(ratio: f64, places: i32) -> String {
    let scale = 10_f64.powi(places);
    let rounded = (ratio * 100.0 * scale).round() / scale;
    let honest = match () {
        () if ratio < 1.0 && rounded >= 100.0 => 100.0 - 1.0 / scale,
        () if ratio > 0.0 && rounded <= 0.0 => 1.0 / scale,
        () => rounded,
    };
    format!("{honest:.0$}%", usize::try_from(places).unwrap_or(0))
}

/// A part of a whole: `22%`, and `under 1%` where that is nearer than 1%.
pub(crate) fn part(ratio: f64) -> String {
    if ratio > 0.0 && ratio < 0.005 {
        return "under 1%".to_owned();
    }
    percent(ratio, 0)
}

/// A change: `+3.4%`, `−9.0%`.
pub(crate) fn signed_percent(ratio: f64, places: usize) -> String {
    let sign = if ratio > 0.0 { "+" } else { "" };
    format!("{sign}{}%", decimal(ratio * 100.0, places))
}

/// A difference of two shares, in points of a hundred: `+12 points`.
pub(crate) fn signed_points(difference: f64) -> String {
    let sign = if difference > 0.0 { "+" } else { "" };
    format!("{sign}{} points", decimal(difference * 100.0, 0))
}
