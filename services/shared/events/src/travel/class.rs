//! Decides which spellings of a group's name mean the same group.

/// Words for the year, abbreviated or not. Longer words come first, because each begins with the ones after it.
const YEAR: [&str; 4] = ["year", "yr", "y", ""];

/// A group's name without differences of spelling: letter case, spaces and punctuation, the word for the year, leading zeros.
/// `Year 3`, `Y3`, `year3` and `YR 03` are `3`; `Year 7B` and `7b` are `7b`; `Year R` is `reception`.
pub(super) fn class(group: &str) -> String {
    let squeezed = squeezed(&group.to_lowercase());
    if ["yearr", "yr", "reception"].contains(&squeezed.as_str()) {
        return "reception".to_owned();
    }
    let of_year = YEAR.into_iter().find_map(|word| {
        let number = squeezed.strip_prefix(word)?;
        number
            .starts_with(|first: char| first.is_ascii_digit())
            .then_some(number)
    });
    match of_year {
        Some(number) if number.trim_start_matches('0').starts_with(is_digit) => {
            number.trim_start_matches('0').to_owned()
        }
        Some(number) => number.to_owned(),
        None => squeezed,
    }
}

/// Letters and digits alone, with one space left between two numbers: `1 2` is not `12`.
fn squeezed(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut apart = false;
    for letter in text.chars() {
        if !letter.is_alphanumeric() {
            apart = true;
            continue;
        }
        if apart && is_digit(letter) && squeezed.ends_with(is_digit) {
            squeezed.push(' ');
        }
        squeezed.push(letter);
        apart = false;
    }
    match squeezed.is_empty() {
        // A name that consists of punctuation only is kept unchanged.
        true => text.to_owned(),
        false => squeezed,
    }
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_class_are_one_class() {
        for (one, others) in [
            (
                "Year 3",
                &["Y3", "year3", " YEAR  3 ", "Yr 3", "year-3", "Year 03", "3"][..],
            ),
            ("Year 7B", &["7b", "Y7B", "year 7 b", "7-B"]),
            ("Reception", &["reception", "Year R", "YR", "yr."]),
            ("Teaching staff", &["teaching  Staff", "Teaching-staff"]),
            ("Year 10", &["y10", "Yr10"]),
        ] {
            for other in others {
                assert_eq!(class(one), class(other), "{one} and {other}");
            }
        }
    }

    #[test]
    fn classes_that_differ_stay_apart() {
        let all = [
            "Year 1",
            "Year 10",
            "Year 1 0",
            "Year 1B",
            "Year 11",
            "Reception",
            "Kestrels",
            "Group 1",
            "Room 3",
            "Yellow",
            "Year 0",
            "Staff",
            "\u{2605}",
            "\u{2606}",
        ];
        let mut classes: Vec<String> = all.map(class).into();
        classes.sort();
        classes.dedup();
        assert_eq!(classes.len(), all.len(), "{classes:?}");
    }
}
