use super::*;
use crate::fixtures;

fn of_school_number(n: usize) -> String {
    of_school(&fixtures::school(n), &fixtures::view()).0
}

/// What a school lacks for Simpler Recycling.
fn lack(n: usize) -> String {
    fixtures::school(n).waste.simpler_recycling.missing[0].to_string()
}

/// The row of a table that begins with a heading.
fn row<'a>(page: &'a str, heading: &str) -> &'a str {
    let after = page.split(heading).nth(1).unwrap();
    after.split("</tr>").next().unwrap()
}

#[test]
fn a_site_shows_whether_it_meets_the_requirement_and_what_is_missing() {
    let met = of_school_number(0);
    assert!(met.contains("state met") && !met.contains("<li>"));
    let not_met = of_school_number(6);
    assert!(not_met.contains("state missed"));
    assert!(not_met.contains(&format!("<li>{}</li>", lack(6))));
    let mut long_ago = fixtures::school(6);
    long_ago.waste.simpler_recycling = SimplerRecycling::default();
    let long_ago = of_school(&long_ago, &fixtures::view()).0;
    assert!(long_ago.contains("did not bind"));
}

#[test]
fn contamination_that_nobody_looked_into_is_not_nought() {
    let unknown = of_school_number(4);
    assert!(row(&unknown, "Contamination of dry recycling").contains("no data"));
    let of_some = of_school_number(1);
    let of_some = row(&of_some, "Contamination of dry recycling");
    assert!(of_some.contains("at least: only 91% of it was inspected"));
    assert!(of_some.contains("4%") && of_some.contains("<svg"));
}

/// Waste that is all stored before recycling is not waste that is all diverted from landfill.
#[test]
fn an_unknown_route_is_shown_beside_every_share_that_leaves_it_out() {
    let mut stored = fixtures::school(5);
    let total = stored.waste.total;
    stored.waste.streams = vec![footprint::WasteStream {
        stream: footprint::waste::Stream::Residual,
        route: footprint::waste::Route::Unknown,
        weight: total,
        collections: 12,
    }];
    (stored.waste.recycled, stored.waste.landfill) = Default::default();
    stored.waste.unknown_route = total;
    let page = of_school(&stored, &fixtures::view()).0;
    for share in ["Recycled", "Kept out of landfill"] {
        let row = row(&page, &format!(">{share}<"));
        assert!(row.contains("the route of 100% is unknown"), "{row}");
        assert!(row.contains(">0%<"), "{row}");
    }
    assert!(row(&page, ">Route unknown<").contains("100%"));
    let known = of_school_number(1);
    assert!(!known.contains("is unknown") && !known.contains("Route unknown"));
    assert!(of_trust(&fixtures::view()).0.contains("Route unknown"));
    let beside = unknown_share(&stored.waste).0;
    assert!(beside.contains("the route of 100% is unknown"));
    assert_eq!(unknown_share(&fixtures::school(1).waste).0, "");
}

#[test]
fn counts_are_shown_only_where_there_are_tickets() {
    let school = of_school_number(2);
    assert!(row(&school, "Bins due and not emptied").contains(">2<"));
    assert!(row(&school, "Loads refused as recycling").contains(">0<"));
    assert!(row(&school, "Hazardous waste").contains("15 kg"));
    let silent = of_school_number(9);
    assert!(silent.contains("no data") && !silent.contains("Bins due"));
    assert!(silent.contains("state open") && silent.contains(&lack(9)));
}

#[test]
fn a_part_year_is_per_pupil_so_far() {
    let part = fixtures::footprints()
        .into_iter()
        .find(|footprint| footprint.period.key() == "2026-27")
        .unwrap();
    let page = of_school(&part, &fixtures::view()).0;
    assert!(page.contains("Per pupil so far"));
}

#[test]
fn the_trust_has_a_row_per_school_where_attention_is_due_first() {
    let page = of_trust(&fixtures::view()).0;
    assert!(page.contains("No collection is known from 1 of 15 schools."));
    assert!(page.contains("of 13 of 15 schools"), "one without pupils");
    let place = |school: &str| page.find(school).unwrap();
    assert!(place("Cragg Vale") < place("Ripponden"), "not met first");
    assert!(place("Ripponden") < place("Moorside"), "then not evidenced");
    assert_eq!(page.matches("/schools/").count(), fixtures::SCHOOLS);
}

#[test]
fn loads_too_heavy_for_their_bins_are_reported_where_there_are_any() {
    let heading = "Loads too heavy for their bins";
    let heavy = of_school_number(2);
    assert!(row(&heavy, heading).contains(">1<"), "{heavy}");
    assert!(!of_school_number(0).contains(heading));
}
