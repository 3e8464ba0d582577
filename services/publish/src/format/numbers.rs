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

/// Pupils by days of membership: `184`, or `92.2` if it is not a whole number.
pub(crate) fn pupils(pupils: f64) -> String {
    decimal(pupils, usize::from(pupils.fract() != 0.0))
}

/// A decimal with grouped whole digits: `1,234.5`.
pub(crate) fn decimal(number: f64, places: usize) -> String {
    let text = rounded(number.abs(), places);
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        "\u{2212}"
    } else {
        ""
    };
    format!("{sign}{}{rest}", grouped(whole.parse().unwrap_or(0)))
}

/// A number of 0 or more with this many decimals. A half in its shortest decimal form rounds up: 1,234.5 is 1,235 and
/// 1,235.5 is 1,236, where `format!` would round both to the even one.
pub(crate) fn rounded(number: f64, places: usize) -> String {
    let exact = number.to_string();
    let (whole, decimals) = exact.split_once('.').unwrap_or((&exact, ""));
    if decimals.len() <= places {
        return format!("{number:.places$}");
    }
    let (kept, rest) = decimals.split_at(places);
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if rest.starts_with(|digit| digit >= '5') && !carried(&mut digits) {
        digits.insert(0, b'1');
    }
    let point = digits.len() - places;
    let digits: String = digits.into_iter().map(char::from).collect();
    match digits.split_at(point) {
        (whole, "") => whole.to_owned(),
        (whole, decimals) => format!("{whole}.{decimals}"),
    }
}

/// Adds one to the last digit; false if another digit is needed in front.
fn carried(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return true;
        }
        *digit = b'0';
    }
    false
}

/// Millionths as whole units: milliwatt-hours as `12,345` kWh. Rounded, half away from zero.
pub(crate) fn whole_units(quantity: Quantity) -> String {
    grouped((quantity as f64 / events::MICRO as f64).round() as i64)
}

/// `98.4%`; a whole percentage if `places` is 0. A ratio just under 1 is never shown as 100%.
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

/// A part of a whole: `22%`, or `under 1%` for a part that would round to less than 1%.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// 2,504.5 litres are 2,505 and 2,505.5 litres are 2,506.
    #[test]
    fn a_half_is_rounded_up_whatever_digit_stands_before_it() {
        for (number, places, text) in [
            (2_504.5, 0, "2,505"),
            (2_505.5, 0, "2,506"),
            (0.5, 0, "1"),
            (9.5, 0, "10"),
            (999.5, 0, "1,000"),
            (2_504.49, 0, "2,504"),
            (0.25, 1, "0.3"),
            (0.35, 1, "0.4"),
            (1.005, 2, "1.01"),
            (99.995, 2, "100.00"),
            (12.0, 2, "12.00"),
            (12.3, 3, "12.300"),
            (0.0, 0, "0"),
            (0.04, 1, "0.0"),
        ] {
            assert_eq!(decimal(number, places), text, "{number}");
        }
        assert_eq!(decimal(-2_504.5, 0), "\u{2212}2,505");
        assert_eq!(decimal(-0.04, 1), "0.0");
    }
}
