//! Files about schools: waste, surveys and initiatives.

use serde_json::Value;

use super::*;
use crate::admission::upload::{Upload, admit_upload};
use crate::decode::files::{Part, parts};
use crate::testing::school_registered;

const TICKETS: &str = "URN,Ticket No,Collection Date,EWC,Weight (kg),Weight Basis,R/D\n";
const SURVEY: &str = "urn,survey_date,audience,year_group,mode,count,preferred,roll\n";

fn tickets(rows: &str) -> String {
    format!("{TICKETS}{rows}")
}

fn survey(rows: &str) -> String {
    format!("{SURVEY}{rows}")
}

/// The id, the school and the data of each record.
fn records(outcome: &BatchOutcome) -> Vec<(String, String, Value)> {
    let records = outcome.records.iter().map(|record| {
        let header = |wanted: &str| {
            let found = record.headers.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.clone()).unwrap()
        };
        let data = serde_json::from_slice(record.payload.as_ref().unwrap()).unwrap();
        (header("ce_id"), header("ce_subject"), data)
    });
    records.collect()
}

fn time(outcome: &BatchOutcome) -> &str {
    let headers = &outcome.records[0].headers;
    let found = headers.iter().find(|(name, _)| *name == "ce_time");
    &found.unwrap().1
}

#[test]
fn a_bad_row_of_a_ticket_is_named_by_its_column_and_costs_no_other() {
    let text = tickets(
        "100001,A-1,02/11/2026,200301,88,Weighed,R1\n\
         100001,A-2,02/11/2026,20301,88,Weighed,R1\n\
         100001,A-3,31/12/2026,200301,-4,Weighed,R1\n\
         100001,A-4,02/11/2026,200301,60000,Guessed,R99\n\
         100001,A-5,02/11/2026,200301,0,Weighed,\n\
         12,A-6,02/11/2026,200301,5,Weighed,\n",
    );
    let row = Rule::FileRow;
    let outcome = check(
        "waste-tickets",
        &text,
        1,
        &[
            ("/row/3", row, "EWC: 20301"),
            ("/row/4", Rule::Future, "Collection Date: 2026-12-31"),
            ("/row/5", row, "R/D: R99"),
            ("/row/5", row, "Weight Basis: Guessed"),
            ("/row/6", row, "Weight (kg): 0"),
            ("/row/7", row, "URN: 12"),
        ],
    );
    assert_eq!(records(&outcome)[0].0, "A-1");
    // Kept as it stands in the file.
    let kept = outcome.refused[0].event.get();
    assert!(kept.contains("100001,A-2,02/11/2026,20301"), "{kept}");
}

#[test]
fn a_file_sent_again_gives_the_same_events_and_a_corrected_one_their_revisions() {
    let text = tickets(
        "100001,A-1,02/11/2026,200301,88,Weighed,R1\n\
         100001,,03/11/2026,200301,50,Weighed,R1\n\
         100001,,03/11/2026,200301,51,Weighed,R1\n",
    );
    let first = check("waste-tickets", &text, 3, &[]);
    let again = check("waste-tickets", &text, 3, &[]);
    assert_eq!(records(&first), records(&again));
    assert_eq!(time(&first), time(&again));
    assert_eq!(time(&first), "2026-11-03T00:00:00Z");
    let corrected = text.replace(",88,", ",80,").replace(",51,", ",15,");
    let issued = "2026-11-10T12:00:00Z".parse().unwrap();
    let corrected = judged_as_issued("waste-tickets", &corrected, Some(issued));
    let ids = |outcome: &BatchOutcome| -> Vec<String> {
        records(outcome).into_iter().map(|(id, ..)| id).collect()
    };
    assert_eq!(ids(&first), ids(&corrected));
    assert_ne!(ids(&first)[1], ids(&first)[2]);
    assert_eq!(time(&corrected), "2026-11-10T12:00:00Z");
    assert_eq!(records(&corrected)[2].2["weight_kg"], 15.0);
}

#[test]
fn rows_that_are_the_same_count_with_a_note() {
    let text = tickets(
        "100001,,02/11/2026,200301,88,Weighed,R1\n\
         100001,,02/11/2026,200301,88,Weighed,R1\n\
         100001,,02/11/2026,200301,89,Weighed,R1\n\
         100001,A-1,02/11/2026,200301,88,Weighed,R1\n",
    );
    let outcome = check("waste-tickets", &text, 4, &[]);
    let notes: Vec<_> = outcome.notes.iter().map(|note| &note.note).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(
        notes[0].contains("count, too: line 3 as line 2."),
        "{notes:?}"
    );
}

#[test]
fn a_reference_of_several_days_or_schools_names_no_collection() {
    let text = tickets(
        "100001,SEASON,02/11/2026,200301,88,Weighed,R1\n\
         100001,SEASON,09/11/2026,200301,90,Weighed,R1\n\
         100001,B-1,09/11/2026,200301,90,Weighed,R1\n\
         100001,B-1,09/11/2026,150106,90,Weighed,R1\n",
    );
    let row = Rule::FileRow;
    let refused = [("/row/2", row, "SEASON"), ("/row/3", row, "SEASON")];
    let outcome = check("waste-tickets", &text, 2, &refused);
    let ids: Vec<_> = records(&outcome).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(ids, ["B-1", "B-1#2"]);
}

#[test]
fn a_school_is_named_as_it_is_registered_or_refused() {
    let header = "Site,Date,Material,Tonnes,Weight Type,Treatment\n";
    let text = format!(
        "{header}A  SCHOOL,02/11/2026,Glass,0.1,Weighed,Recycling\n\
         Another,02/11/2026,Glass,0.1,Weighed,Recycling\n\
         100002,02/11/2026,Glass,0.1,Weighed,Recycling\n\
         100099,02/11/2026,Glass,0.1,Weighed,Recycling\n"
    );
    let outcome = check(
        "waste-weights",
        &text,
        1,
        &[
            ("/row/3", Rule::UnknownSchool, "Site: Another"),
            // Another trust's school has the name of the first, too, which is no doubt to this token.
            ("/row/4", Rule::OutOfScope, "Site: 100002"),
            ("/row/5", Rule::UnknownSchool, "Site: 100099"),
        ],
    );
    let (_, school, data) = &records(&outcome)[0];
    assert_eq!(
        (school.as_str(), &data["ewc"]),
        ("100001", &Value::from("150107"))
    );
    // The register is asked by name, so a row of an unknown name can only be sent again; others can be replayed.
    assert!(
        outcome.refused[1]
            .event
            .get()
            .contains("\"subject\":\"100002\"")
    );
}

#[test]
fn two_schools_of_a_trust_with_one_name_are_told_apart_by_urn() {
    let header = "Site,Date,Material,Tonnes,Weight Type,Treatment\n";
    let text = format!("{header}A school,02/11/2026,Glass,0.1,Weighed,Recycling\n");
    let (token, mut register) = (heron(), register());
    let event = school_registered(100_003, "heron", "2026-01-01");
    register.apply(&event, crate::testing::now());
    let file = File {
        format: &find("waste-weights").unwrap(),
        text: &text,
        places: &[],
        sha256: &token_sha256(&text),
        above: 0,
        days_before: 0,
        part: None,
        issued: None,
    };
    let outcome = admit_file(&file, &context(&token, &register)).unwrap();
    let hint = &outcome.refused[0].refusals[0].hint;
    assert!(hint.contains("100001, 100003"), "{hint}");
}

#[test]
fn a_lift_is_weighed_by_its_bin_and_refused_without_a_density() {
    let text = "Site,Date,Waste Stream,Bin Size,Lifts,Bins Missed\n\
        100001,02/11/2026,General waste,1100,2,\n\
        100001,02/11/2026,DMR,1100,2,\n\
        100001,02/11/2026,General waste,,2,\n\
        100001,02/11/2026,General waste,1100 kg,2,\n\
        100001,02/11/2026,General waste,1100,1.5,\n";
    let row = Rule::FileRow;
    let outcome = check(
        "waste-lifts",
        text,
        1,
        &[
            ("/row/3", row, "Waste Stream: DMR"),
            ("/row/4", row, "nothing"),
            ("/row/5", row, "Bin Size: 1100 kg"),
            ("/row/6", row, "Lifts: 1.5"),
        ],
    );
    assert_eq!(records(&outcome)[0].2["weight_kg"], 279.4);
}

#[test]
fn a_load_that_no_bin_holds_is_refused_at_its_row() {
    let mut formats = Formats::default();
    let described = "kind = \"waste\"\ntitle = \"Own\"\n[school]\ncolumn = \"URN\"\n[date]\ncolumn = \"Day\"\n\
        formats = [\"%d/%m/%Y\"]\n[waste]\ncolumn = \"EWC\"\n[weight]\ncolumn = \"Kilograms\"\n[unit]\nis = \"kg\"\n\
        [basis]\nis = \"weighed\"\n[container]\ncolumn = \"Bin\"\nnames = { \"Big\" = { kind = \"WBI\", litres = 1100 } }\n\
        [lifts]\ncolumn = \"Lifts\"\n";
    formats.add("own", described).unwrap();
    let text = "URN,Day,EWC,Kilograms,Bin,Lifts\n\
        100001,02/11/2026,200301,1400,Big,1\n\
        100001,02/11/2026,200301,600,big,1\n\
        100001,02/11/2026,200301,14,Huge,1\n";
    let (token, register) = (heron(), register());
    let upload = Upload {
        format: None,
        formats: &formats,
        parts: &[Part {
            name: None,
            text: Ok(text.to_owned()),
        }],
        part: None,
        sha256: &token_sha256(text),
        issued: None,
    };
    let outcome = admit_upload(&upload, &context(&token, &register)).unwrap();
    let refused = outcome.refused.iter().flat_map(|one| &one.refusals);
    let seen: Vec<_> = refused.map(|one| (one.rule, one.seen.as_str())).collect();
    assert_eq!(
        seen,
        [
            (Rule::Implausible, "Kilograms: 1400 kg"),
            (Rule::FileRow, "Bin: Huge")
        ]
    );
    // 1,100 l × 0.5 kg/l.
    assert!(outcome.notes[0].note.contains("550 kg at the most"));
}

#[test]
fn a_survey_with_a_row_that_cannot_be_read_waits_as_a_whole() {
    let row = Rule::FileRow;
    let text = survey(
        "100001,2026-11-12,pupil,Year 4,walk,12,false,29\n\
         100001,2026-11-12,pupil,Y4,car,many,false,29\n\
         100001,2026-11-12,pupil,Year 5,walk,12,false,29\n",
    );
    let refused = [
        ("/row/2", row, "a row that can be read"),
        ("/row/3", row, "count: many"),
    ];
    check("stars-survey", &text, 1, &refused);
    // The day of a row cannot be read: it may be of either survey of the class, and of no other class.
    let text = survey(
        "100001,2026-11-12,pupil,Year 4,walk,12,false,29\n\
         100001,12 Nov,pupil,Year 4,car,9,false,29\n\
         100001,2026-11-12,pupil,Year 5,walk,12,false,29\n",
    );
    let refused = [
        ("/row/2", row, "a row that can be read"),
        ("/row/3", row, "survey_date: 12 Nov"),
    ];
    check("stars-survey", &text, 1, &refused);
}

#[test]
fn a_survey_that_contradicts_itself_is_refused() {
    let row = Rule::FileRow;
    let one = |rows: &str, seen: [&str; 2]| {
        let refused = [("/row/2", row, seen[0]), ("/row/3", row, seen[1])];
        check("stars-survey", &survey(rows), 0, &refused);
    };
    one(
        "100001,2026-11-12,pupil,Year 4,walk,12,false,29\n100001,2026-11-12,pupil,Year 4,walk,9,false,29\n",
        ["walk", "walk"],
    );
    one(
        "100001,2026-11-12,pupil,Year 4,walk,12,false,29\n100001,2026-11-12,pupil,Year 4,car,9,false,30\n",
        ["the roll", "the roll"],
    );
    // More answers than people.
    let field = "/data/current";
    one(
        "100001,2026-11-12,pupil,Year 4,walk,12,false,29\n100001,2026-11-12,pupil,Year 4,car,18,false,29\n",
        [field, field],
    );
}

#[test]
fn an_initiative_to_come_is_planned_and_of_two_alike_the_later_row_stands() {
    let text = "urn,category,kind,title,start,end,participants\n\
        100001,walking,travel,Walking bus,2026-11-02,,12\n\
        100001,walking,travel,walking BUS,2026-11-02,,14\n\
        100001,cycling,travel,Bike library,2027-05-10,,\n\
        100001,cycling,travel,Bike ride,2026-11-10,2026-11-02,\n";
    let outcome = check(
        "stars-initiatives",
        text,
        1,
        &[
            ("/row/2", Rule::Conflict, "Walking bus"),
            ("/row/4", Rule::Future, "start: 2027-05-10"),
            ("/row/5", Rule::FileRow, "end: 2026-11-02"),
        ],
    );
    assert_eq!(records(&outcome)[0].2["participants"], 14);
}

#[test]
fn a_month_first_file_of_tickets_is_read_so_with_a_note() {
    let text = tickets(
        "100001,A-1,11/02/2026,200301,88,Weighed,R1\n\
         100001,A-2,11/16/2026,200301,88,Weighed,R1\n",
    );
    let outcome = check("waste-tickets", &text, 2, &[]);
    assert_eq!(records(&outcome)[0].2["collected_on"], "2026-11-02");
    assert!(outcome.notes[0].note.contains("month-first"));
}

/// A workbook holds days as dates and numbers as numbers.
#[test]
fn a_workbook_of_tickets_gives_the_events_of_its_table() {
    let csv = include_str!("../../../../formats/examples/waste-tickets.csv");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    for (line, record) in (0..).zip(reader.records()) {
        for (column, cell) in (0..).zip(record.unwrap().iter()) {
            let day = chrono::NaiveDate::parse_from_str(cell, "%d/%m/%Y");
            match (day, cell.parse::<f64>()) {
                (Ok(day), _) => {
                    let day = rust_xlsxwriter::ExcelDateTime::parse_from_str(&day.to_string());
                    sheet
                        .write_datetime_with_format(line, column, day.unwrap(), &date)
                        .unwrap();
                }
                (_, Ok(number)) => {
                    sheet.write_number(line, column, number).unwrap();
                }
                _ => {
                    sheet.write_string(line, column, cell).unwrap();
                }
            }
        }
    }
    let text = |bytes: Vec<u8>| parts(bytes, 1 << 20).unwrap().remove(0).text.unwrap();
    let from_workbook = text(workbook.save_to_buffer().unwrap());
    let formats = Formats::shipped().unwrap();
    assert_eq!(
        formats.only_one_of(&from_workbook).unwrap().name,
        "waste-tickets"
    );
    let ids = |text: &str| {
        let (token, mut register) = (heron(), register());
        for urn in [100_371, 100_372] {
            let event = school_registered(urn, "heron", "2026-01-01");
            register.apply(&event, crate::testing::now());
        }
        let file = File {
            format: &find("waste-tickets").unwrap(),
            text,
            places: &[],
            sha256: &token_sha256(text),
            above: 0,
            days_before: 0,
            part: None,
            issued: None,
        };
        let outcome = admit_file(&file, &context(&token, &register)).unwrap();
        assert_eq!(outcome.accepted, 5, "{:?}", outcome.refused);
        records(&outcome)
    };
    assert_eq!(ids(&from_workbook), ids(csv));
}
