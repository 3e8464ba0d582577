#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

use events::{EvidenceFiled, EvidenceKind, EvidenceStatus, MilligramsCo2e};

use crate::completeness::Lack;
use crate::factors::Fallback;
use crate::fixtures::{SchoolFixture, day};
use crate::message::{Footprint, Verdict};

use super::*;

const TICKET: &str = r#"{"collected_on":"2026-06-11","ewc":"200301","weight_kg":10,"basis":"weighed","treatment":"R1"}"#;

/// A ticket like [`TICKET`], with some fields changed.
fn ticket(other: &str) -> Data {
    let mut ticket: serde_json::Value = serde_json::from_str(TICKET).unwrap();
    let other: serde_json::Value = serde_json::from_str(other).unwrap();
    for (field, value) in other.as_object().unwrap() {
        ticket[field] = value.clone();
    }
    let waste: WasteCollected = serde_json::from_value(ticket).unwrap();
    waste.check().unwrap();
    Data::WasteCollected(waste)
}

fn school(events: impl IntoIterator<Item = Data>) -> SchoolFixture {
    let mut school = SchoolFixture::school(200, "2022-10-06");
    events.into_iter().for_each(|data| school.event(data));
    school
}

fn footprint(period: &str, events: impl IntoIterator<Item = Data>) -> Footprint {
    school(events).footprint(period, Fallback::None)
}

fn check_price(period: &str, fields: &str, milligrams: Option<i64>) {
    let footprint = footprint(period, [ticket(fields)]);
    let [line] = footprint.lines.as_slice() else {
        panic!("one line was expected: {:?}", footprint.lines);
    };
    let co2e = line.price.as_ref().map(|price| price.co2e);
    assert_eq!(co2e, milligrams.map(MilligramsCo2e), "{line:?}");
    assert_eq!(line.unit, "tonnes");
}

/// DESNZ's worked example "Company K": half a tonne of food waste to landfill. 0.5 t x 700.30886 kg/t = 350.15443 kg with
/// the factor of 2025, which prices 2024/25; 0.5 t x 700.20961 kg/t = 350.104805 kg with that of 2024.
#[test]
fn half_a_tonne_of_food_to_landfill_is_as_company_k_has_it() {
    let on = |day| {
        format!(r#"{{"collected_on":"{day}","ewc":"200108","weight_kg":500,"treatment":"D1"}}"#)
    };
    check_price("2024-25", &on("2025-02-03"), Some(350_154_430));
    check_price("2023-24", &on("2024-02-05"), Some(350_104_805));
}

/// 2 t x 520.58023 kg/t (2026) = 1,041.16046 kg.
#[test]
fn two_tonnes_of_commercial_waste_to_landfill_are_a_tonne_of_carbon() {
    let fields = r#"{"weight_kg":2000,"treatment":"D1"}"#;
    check_price("2025-26", fields, Some(1_041_160_460));
}

/// 0.25 t x 4.65358 kg/t (2026) = 1.163395 kg: priced as burnt, not as the recycling that was intended.
#[test]
fn a_load_that_was_refused_is_priced_by_what_became_of_it() {
    let fields = r#"{"ewc":"150106","weight_kg":250,"contaminated_kg":80,"rejected":true}"#;
    check_price("2025-26", fields, Some(1_163_395));
    let footprint = footprint("2025-26", [ticket(fields)]);
    assert_eq!(
        footprint.lines[0].item.as_str(),
        "waste_mixed_recycling_energy_from_waste"
    );
    assert_eq!(footprint.waste.rejected_loads, 1);
    assert_eq!(footprint.waste.recycling_ratio(), Some(0.0));
}

/// The workbooks of 2022 to 2025 have no closed-loop factor of commercial waste; that of 2026 has 4.65358.
#[test]
fn mixed_recycling_has_no_price_in_the_years_that_published_none() {
    let on = |day| {
        format!(r#"{{"collected_on":"{day}","ewc":"150106","weight_kg":100,"treatment":"R5"}}"#)
    };
    check_price("2024-25", &on("2025-02-03"), None);
    check_price("2025-26", &on("2026-02-03"), Some(465_358));
}

/// An earlier year's factor is to stand in: 2021 had 21.29 kg per tonne of mixed recycling, 2025 has 4.69 of every other
/// material.
#[test]
fn mixed_recycling_of_another_method_stays_unpriced_with_the_reason() {
    let fields = r#"{"collected_on":"2025-02-03","ewc":"150106","weight_kg":100,"treatment":"R5"}"#;
    let year = school([ticket(fields)]).footprint("2024-25", Fallback::PreviousYear);
    assert_eq!(year.lines[0].price, None);
    let why = "and that of 2021 does not stand in: factors of its kind were 21.2935659 in 2021 and are 4.68568 in 2025";
    assert!(
        year.lacks_voluntary[0].to_string().contains(why),
        "{:?}",
        year.lacks_voluntary
    );
}

#[test]
fn a_missed_lift_is_counted_and_weighs_nothing() {
    let missed =
        r#"{"weight_kg":0,"missed_lifts":2,"contaminated_kg":0,"basis":"average","ewc":"150106"}"#;
    let alone = footprint("2025-26", [ticket(missed)]);
    assert_eq!(alone.waste.missed_lifts, 2);
    assert_eq!((alone.lines.len(), alone.waste.streams.len()), (0, 0));
    assert!(!alone.waste.is_known());
    assert_eq!(alone.waste.recycling_ratio(), None);
    assert_eq!(alone.waste.contamination_ratio(), None);
    let half = r#"{"missed_lifts":1,"lifts":3}"#;
    let both = footprint("2025-26", [ticket(missed), ticket(half)]);
    assert_eq!(both.waste.missed_lifts, 3);
    assert_eq!(both.waste.streams[0].collections, 1);
}

/// 60 kg of paper recycled, 20 kg of food digested, 15 kg of residual waste burnt and 5 kg buried, of 100 kg: 80% are
/// recycled and 95% kept out of landfill. 35 kg were not weighed. Over 200 pupils it is half a kilogram each.
#[test]
fn rates_are_of_all_waste_and_burning_diverts_but_does_not_recycle() {
    let tickets = [
        r#"{"ewc":"200101","weight_kg":60,"treatment":"R3"}"#,
        r#"{"ewc":"200108","weight_kg":20,"treatment":"R3","basis":"average"}"#,
        r#"{"weight_kg":15,"basis":"estimated_by_lift"}"#,
        r#"{"weight_kg":5,"treatment":"D1"}"#,
    ];
    let footprint = footprint("2025-26", tickets.map(ticket));
    let waste = &footprint.waste;
    assert_eq!(waste.total, Grams(100_000));
    assert_eq!(waste.recycling_ratio(), Some(0.8));
    assert_eq!(waste.diversion_ratio(), Some(0.95));
    assert_eq!(waste.estimated_ratio(), Some(0.35));
    assert_eq!(footprint.waste_kg_per_pupil(), Some(0.5));
}

/// 88 kg without a treatment, 41 kg stored (R13) and 35 kg of food digested are 164 kg: 35 kg are recycled and known to be
/// kept out of landfill, and 129 kg are neither.
#[test]
fn waste_without_a_treatment_is_of_unknown_route_and_neither_recycled_nor_diverted() {
    let tickets = [
        r#"{"weight_kg":88,"treatment":null}"#,
        r#"{"ewc":"150106","weight_kg":41,"treatment":"R13"}"#,
        r#"{"ewc":"200108","weight_kg":35,"treatment":"R3"}"#,
    ];
    let footprint = footprint("2025-26", tickets.map(ticket));
    let waste = &footprint.waste;
    assert_eq!(waste.total, Grams(164_000));
    assert_eq!(waste.recycled, Grams(35_000));
    assert_eq!(waste.landfill, Grams(0));
    assert_eq!(waste.unknown_route, Grams(129_000));
    assert_eq!(waste.recycling_ratio(), Some(35.0 / 164.0));
    assert_eq!(waste.diversion_ratio(), Some(35.0 / 164.0));
    assert_eq!(waste.unknown_route_ratio(), Some(129.0 / 164.0));
    let unpriced: Vec<&str> = footprint
        .lines
        .iter()
        .filter(|line| line.price.is_none())
        .map(|line| line.item.as_str())
        .collect();
    let items = ["waste_mixed_recycling_unknown", "waste_residual_unknown"];
    assert_eq!(unpriced, items);
    for item in items {
        let is_reported =
            |lack: &Lack| matches!(lack, Lack::Factor { item: of, .. } if of.as_str() == item);
        assert!(footprint.lacks_voluntary.iter().any(is_reported), "{item}");
    }
}

#[test]
fn storage_before_another_treatment_keeps_nothing_out_of_landfill() {
    for treatment in ["R13", "D15", "R12", "D14"] {
        let fields = format!(r#"{{"weight_kg":100,"treatment":"{treatment}"}}"#);
        let waste = footprint("2025-26", [ticket(&fields)]).waste;
        assert_eq!(waste.diversion_ratio(), Some(0.0), "{treatment}");
        assert_eq!(waste.unknown_route_ratio(), Some(1.0), "{treatment}");
    }
    let discharged = ticket(r#"{"weight_kg":100,"treatment":"D6"}"#);
    let waste = footprint("2025-26", [discharged]).waste;
    assert_eq!(waste.unknown_route_ratio(), Some(0.0), "a known treatment");
}

#[test]
fn contamination_is_of_dry_recycling_and_unknown_where_nobody_looked() {
    let dry = r#"{"ewc":"150106","weight_kg":300,"treatment":"R5"}"#;
    let paper = r#"{"ewc":"200101","weight_kg":100,"treatment":"R3","contaminated_kg":20}"#;
    let food = r#"{"ewc":"200108","weight_kg":50,"treatment":"R3","contaminated_kg":25}"#;
    let nobody = footprint("2025-26", [ticket(dry)]).waste;
    assert_eq!(nobody.dry_recycling, Grams(300_000));
    assert_eq!(nobody.contamination_ratio(), None);
    // 20 kg of 400 kg are known to be wrong, of the 100 kg that were looked into.
    let some = footprint("2025-26", [dry, paper, food].map(ticket)).waste;
    assert_eq!(some.contaminated, Grams(20_000));
    assert_eq!(some.contamination_ratio(), Some(0.05));
    assert_eq!(some.inspected_ratio(), Some(0.25));
}

#[test]
fn hazardous_is_what_a_starred_code_was_collected_under() {
    let tubes = r#"{"ewc":"200121","weight_kg":3,"treatment":"R4"}"#;
    let waste = footprint("2025-26", [ticket(tubes), ticket("{}")]).waste;
    assert_eq!(waste.hazardous, Grams(3_000));
    assert_eq!(waste.total, Grams(13_000));
}

#[test]
fn a_corrected_ticket_counts_once_and_streams_are_in_order() {
    let tickets = [
        r#"{"weight_kg":40,"missed_lifts":1,"lifts":1}"#,
        r#"{"weight_kg":30,"replaces":"2"}"#,
        r#"{"ewc":"200108","weight_kg":5,"treatment":"R3"}"#,
    ];
    let waste = footprint("2025-26", tickets.map(ticket)).waste;
    let streams: Vec<_> = waste
        .streams
        .iter()
        .map(|stream| (stream.stream.as_str(), stream.weight.0, stream.collections))
        .collect();
    assert_eq!(streams, [("food", 5_000, 1), ("residual", 30_000, 1)]);
    assert_eq!(waste.missed_lifts, 0);
}

#[test]
fn simpler_recycling_is_judged_on_collections_and_filed_assessments() {
    let bins = ["200108", "150106", "200301"].map(|ewc| ticket(&format!(r#"{{"ewc":"{ewc}"}}"#)));
    let assessment = Data::EvidenceFiled(EvidenceFiled {
        kpi: 6,
        kind: EvidenceKind::CollectionAssessment,
        title: "Paper may go with cans".to_owned(),
        status: EvidenceStatus::InForce,
        dated: day("2025-10-01"),
        expires: None,
        link: None,
    });
    let verdict = |events: Vec<Data>| {
        let judged = footprint("2025-26", events).waste.simpler_recycling;
        judged.verdict
    };
    assert_eq!(verdict(bins.to_vec()), Some(Verdict::NotEvidenced));
    let with_assessment = bins.iter().cloned().chain([assessment]).collect();
    assert_eq!(verdict(with_assessment), Some(Verdict::Met));
    assert_eq!(verdict(bins[1..].to_vec()), Some(Verdict::NotMet));
    let in_2024 = ticket(r#"{"collected_on":"2024-06-11"}"#);
    let long_ago = footprint("2023-24", [in_2024]).waste.simpler_recycling;
    assert_eq!(long_ago.verdict, None);
}

/// However a collection is taken back, by a revision or by another event, in any order and as often as it comes.
#[test]
fn a_collection_that_is_taken_back_counts_for_nothing() {
    let whole = |events: Vec<Data>| footprint("2025-26", events).waste;
    let none = whole(vec![ticket(r#"{"weight_kg":5}"#)]);
    // The first event of the fixture after the registration has the id 1.
    let back = r#"{"weight_kg":0,"withdrawn":true,"replaces":"1"}"#;
    let school = school([ticket("{}")]);
    let ids: Vec<_> = school
        .history
        .counted()
        .map(|(identity, _)| identity.id.to_string())
        .collect();
    let back = back.replace("\"1\"", &format!("{:?}", ids.last().unwrap()));
    let taken_back = whole(vec![ticket("{}"), ticket(&back), ticket(&back)]);
    assert_eq!(taken_back.total, Grams(0), "{taken_back:?}");
    assert!(taken_back.streams.is_empty() && none.total == Grams(5_000));
}
