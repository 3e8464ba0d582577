//! Files without a header.

use super::super::Formats;
use super::super::catalogue::Detected;

const SHIPPED: &str = include_str!("../../../../formats/imserv-no-header.toml");

fn row(meter: &str, date: &str, values: &str) -> String {
    format!("{meter},K1,{date}{values}\n")
}

/// What is said of a file that is not detected; nothing of one that is.
fn said(formats: &Formats, text: &str) -> String {
    match formats.detect(text) {
        Detected::One(format) => format.name.clone(),
        Detected::Several(several) => format!("{} formats", several.len()),
        Detected::None(nearest) => nearest.map(|(_, why)| why.to_string()).unwrap_or_default(),
    }
}

#[test]
fn a_first_row_tells_a_format_or_what_it_lacks() {
    let mut formats = Formats::default();
    formats.add("own", SHIPPED).unwrap();
    let values = ",1.5".repeat(48);
    let good = row("3938424403", "01/06/26", &values);
    assert_eq!(said(&formats, &good), "own");
    let check = |text: &str, part: &str| {
        let said = said(&formats, text);
        assert!(said.contains(part), "{said}");
    };
    check(&row("3938424403", "June", &values), "no day in column 3");
    check(&row("Hall", "01/06/26", &values), "no meter in column 1");
    let text = values.replacen("1.5", "A", 1);
    check(
        &row("3938424403", "01/06/26", &text),
        "no value in column 4",
    );
    // A row of another width is not near, and a header is no row.
    let narrow = row("3938424403", "01/06/26", &",1.5".repeat(47));
    let named = row("MPRN", "Date", &",kWh".repeat(48)) + &good;
    assert_eq!([said(&formats, &narrow), said(&formats, &named)], ["", ""]);
    // Two that differ only in what their columns mean.
    formats
        .add("other", &SHIPPED.replace("is = \"kWh\"", "is = \"Wh\""))
        .unwrap();
    assert_eq!(said(&formats, &good), "2 formats");
}

#[test]
fn a_description_without_a_header_has_numbers_for_names() {
    let check = |from: &str, to: &str, part: &str| {
        assert!(SHIPPED.contains(from), "{from}");
        let added = Formats::default().add("own", &SHIPPED.replace(from, to));
        let why = added.unwrap_err().to_string();
        assert!(why.contains(part), "{why}");
    };
    check("column = \"3\"", "column = \"Date\"", "not \"Date\"");
    check("from = 4", "numbered = \"{n}\"", "values.from");
    check("from = 4", "from = 0", "counted from 1");
    check("from = 4", "from = 4\nevery = 0", "counted from 1");
    check("none = true", "none = false", "with `header.none`");
    check(
        "none = true",
        "none = true\nabsent = [\"5\"]",
        "header.absent",
    );
    check(
        "[unit]",
        "[status]\ncolumn = \"2\"\nactual = [\"A\"]\nactul = []\n[unit]",
        "actul",
    );
    check(
        "[unit]",
        "[status]\ncolumn = \"2\"\nspread = [\"S\"]\n[unit]",
        "actual or estimated",
    );
}
