//! Tables that an operator or anybody gives: own factors, temperatures, a published report.

use footprint::Temperatures;
use footprint::factors::{FactorSet, Factors};
use publish::secr::{Report, check, text, warnings};

/// A trust's own factors: read, or refused with the row.
pub fn factors(data: &[u8]) {
    let Ok(csv) = std::str::from_utf8(data) else {
        return;
    };
    let published = FactorSet::desnz().expect("factors");
    let read = || Factors::with_own(published.clone(), "own.csv", csv);
    match read() {
        Ok(factors) => {
            let again = read().expect("the same again");
            assert_eq!(factors.of("a").hash, again.of("a").hash);
        }
        Err(error) => assert!(error.to_string().contains("row "), "{error}"),
    }
}

/// Daily temperatures: read, or refused with the row and the column.
pub fn temperatures(data: &[u8]) {
    let Ok(csv) = std::str::from_utf8(data) else {
        return;
    };
    match Temperatures::parse(csv) {
        Ok(read) => assert_eq!(Temperatures::parse(csv), Ok(read)),
        Err(error) => assert!(error.row > 0, "{error}"),
    }
}

/// A report that anybody published: checked, told, and written again the same.
pub fn secr(data: &[u8]) {
    let Ok(report) = serde_json::from_slice::<Report>(data) else {
        return;
    };
    let found = check(&report);
    warnings(&found);
    text(&report);
    let written = serde_json::to_string(&report).expect("JSON");
    let again: Report = serde_json::from_str(&written).expect("a report");
    assert_eq!(check(&again), found);
}
