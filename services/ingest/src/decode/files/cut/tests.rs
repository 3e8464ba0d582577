use std::cell::RefCell;
use std::rc::Rc;

use events::Event;
use serde_json::json;

use super::*;
use crate::admission::BatchOutcome;
use crate::admission::file::File;
use crate::admission::upload::admit_file;
use crate::register::Register;
use crate::testing::{at, context, heron, register};

const SHA256: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn formats() -> Formats {
    Formats::shipped().unwrap()
}

fn meters() -> Register {
    let mut register = register();
    for meter in 0..9 {
        let event = json!({
            "specversion": "1.0", "id": format!("{meter}"), "source": "office", "type": "meter.registered.v1",
            "time": "2026-01-01T00:00:00Z", "subject": "100001",
            "data": { "meter": format!("mprn:100000{meter}"), "fuel": "gas", "from": "2018-01-01" },
        });
        let event = Event::parse(&event.to_string()).unwrap();
        register.apply(&event, at("2026-01-01"));
    }
    register
}

fn admit(format: &str, text: &str, part: Option<&PartOf>) -> Result<BatchOutcome, Refusal> {
    let (token, register) = (heron(), meters());
    let formats = formats();
    let file = File {
        format: formats.find(format).unwrap(),
        text,
        places: &[],
        sha256: SHA256,
        above: 0,
        days_before: 0,
        part,
        issued: None,
    };
    admit_file(&file, &context(&token, &register))
}

/// The file of a part.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn parts(format: Option<&str>, text: &str, size: u64) -> (Cut, Vec<String>) {
    let written: RefCell<Vec<Written>> = RefCell::default();
    let write = |_| {
        written.borrow_mut().push(Written::default());
        Ok(written.borrow().last().cloned().unwrap_or_default())
    };
    let cut = cut(
        &formats(),
        format,
        size,
        || Ok(text.as_bytes()),
        write,
        |_| (),
    )
    .unwrap();
    let texts = written.into_inner().into_iter();
    let texts = texts.map(|one| String::from_utf8(one.0.take()).unwrap());
    (cut, texts.collect())
}

/// What of an outcome must not depend on how the file was sent: the events without their times of receipt, the refusals and the
/// counts.
fn essence(outcomes: &[BatchOutcome]) -> (Vec<String>, Vec<String>, usize, usize) {
    let records = outcomes.iter().flat_map(|one| &one.records);
    let mut records: Vec<_> = records
        .map(|record| {
            let headers = record.headers.iter();
            let headers = headers.filter(|(name, _)| *name != "ce_receivedtime");
            format!("{:?} {:?}", headers.collect::<Vec<_>>(), record.payload)
        })
        .collect();
    records.sort();
    let refused = outcomes.iter().flat_map(|one| &one.refused);
    let mut refused: Vec<_> = refused
        .map(|one| format!("{} {:?} {:?}", one.index, one.identity, one.refusals))
        .collect();
    refused.sort();
    let received = outcomes.iter().map(|one| one.received).sum();
    let accepted = outcomes.iter().map(|one| one.accepted).sum();
    (records, refused, received, accepted)
}

/// Checks that parts of any size are judged as the whole is; returns how many parts the smallest size makes.
fn check(text: &str) -> usize {
    check_as(None, text)
}

fn check_as(format: Option<&str>, text: &str) -> usize {
    let (cut, _) = parts(format, text, u64::MAX);
    let whole = admit(&cut.format, text, None).unwrap();
    let note = whole
        .notes
        .iter()
        .find(|note| note.about.as_str() == "date-order");
    assert_eq!(cut.note.as_ref(), note.map(|note| &note.note));
    let mut most = 0;
    for size in [1, 5_000, u64::MAX] {
        let (cut, texts) = parts(format, text, size);
        assert_eq!(cut.parts.len(), texts.len());
        most = most.max(texts.len());
        let part = PartOf {
            sha256: SHA256.to_owned(),
            table: None,
            lines_before: 0,
            day_order: cut.day_order,
            latest: cut.latest,
        };
        let outcomes = texts
            .iter()
            .map(|text| admit(&cut.format, text, Some(&part)));
        let outcomes: Result<Vec<_>, _> = outcomes.collect();
        let outcomes = outcomes.unwrap();
        let notes = outcomes.iter().flat_map(|one| &one.notes);
        assert!(
            notes
                .clone()
                .all(|note| note.about.as_str() != "date-order")
        );
        assert_eq!(
            essence(&outcomes),
            essence(std::slice::from_ref(&whole)),
            "{size}"
        );
    }
    most
}

/// Rows for half-hours in any order of meters, with their times as the clocks show them.
fn half_hours(order: impl Iterator<Item = (usize, String)>) -> String {
    let rows = order.map(|(meter, at)| format!("100000{meter},{at},1.5,A\n"));
    format!(
        "MPR,ReadDatetime,kWh,ReadType\n{}",
        rows.collect::<String>()
    )
}

/// The half-hours of the day on which clocks show an hour twice, by their ends.
fn long_day() -> Vec<String> {
    let ends = (1..=3).chain(2..=48);
    let at = |half: u32| match half {
        48 => "26 Oct 2025 00:00:00".to_owned(),
        half => format!("26 Oct 2025 {:02}:{:02}:00", half / 2, half % 2 * 30),
    };
    ends.map(at).collect()
}

#[test]
fn the_hour_that_clocks_show_twice_is_judged_alike_in_parts_and_as_a_whole() {
    let by_meter = (0..3).flat_map(|meter| long_day().into_iter().map(move |at| (meter, at)));
    let by_time = long_day()
        .into_iter()
        .flat_map(|at| (0..3).map(move |meter| (meter, at.clone())));
    let newest_first: Vec<_> = by_meter.clone().collect();
    for text in [
        half_hours(by_meter),
        half_hours(by_time),
        half_hours(newest_first.into_iter().rev()),
    ] {
        // The header fits two formats: the sender names one of them.
        assert_eq!(check_as(Some("row-per-half-hour-end"), &text), 3);
    }
}

#[test]
fn rows_of_meters_that_alternate_come_together() {
    let mut text = "MPANCore,Type,Sett Date,Sett Period,Meter Read\n".to_owned();
    for period in 1..=48 {
        for meter in 0..9 {
            text += &format!("100000{meter},AI,02/03/2026,{period},0.{meter}\r\n");
        }
        // A row that the format leaves alone, one of an unknown meter, and one that cannot be read.
        text += &format!("1000001,RI,02/03/2026,{period},7\r\n\r\n");
    }
    text += "777777,AI,02/03/2026,1,1\n1000003,AI,soon,1,1\n1000004,AI,01/03/2026,48,1";
    assert_eq!(check(&text), 10);
}

#[test]
fn the_last_row_of_a_half_hour_stands_wherever_the_first_is() {
    let row = |meter: usize, period: usize, value: &str| {
        format!("100000{meter},AI,02/03/2026,{period},{value}\n")
    };
    let mut text = "MPANCore,Type,Sett Date,Sett Period,Meter Read\n".to_owned();
    text += &row(1, 1, "1");
    text += &(0..400)
        .map(|at| row(2, 1 + at % 48, "2"))
        .collect::<String>();
    text += &row(1, 1, "3");
    assert_eq!(check(&text), 2);
}

#[test]
fn days_are_read_in_the_order_that_all_rows_say() {
    let numbered = |name: &str| (1..=48).map(|n| format!(",{name}_{n}")).collect::<String>();
    let header = format!(
        "siteRef,MPAN,ConsumptionDate{}{}\n",
        numbered("kWh"),
        numbered("kVArh")
    );
    let row = |meter: usize, date: &str| {
        format!(
            "A school,100000{meter},{date}{}{}\n",
            ",1.5".repeat(48),
            ",7".repeat(48)
        )
    };
    // Only the last meter's days say that all are month-first.
    let text =
        header.clone() + &row(1, "11/01/2026") + &row(1, "11/02/2026") + &row(2, "11/13/2026");
    assert_eq!(check(&text), 2);
    // Nothing says it.
    let text = header.clone() + &row(1, "03/02/2026") + &row(2, "05/06/2026");
    assert_eq!(check(&text), 2);
    // They contradict each other, in lines 3 and 5.
    let text = header
        + &row(1, "01/11/2026")
        + &row(1, "11/13/2026")
        + &row(2, "02/11/2026")
        + &row(3, "14/11/2026");
    let whole = admit("day-rows-kwh48", &text, None).unwrap_err();
    let (cut, texts) = parts(None, &text, 1);
    let part = PartOf::read(&format!(r#"{{"sha256":"{SHA256}"}}"#)).unwrap();
    assert_eq!((cut.parts.len(), cut.parts[0].rows), (1, 2));
    assert_eq!(
        admit(&cut.format, &texts[0], Some(&part)).unwrap_err(),
        whole
    );
}

fn times() -> Vec<String> {
    let time = |half: usize| format!("{:02}:{:02}", half / 2, half % 2 * 30);
    (0..48).map(time).collect()
}

#[test]
fn rows_without_a_header_are_all_there() {
    let mut text = String::new();
    for day in 1..4 {
        for meter in 1..4 {
            text += &format!("100000{meter},K{meter},0{day}/03/26{}\n", ",2".repeat(48));
        }
    }
    // Rows that cannot be read: the first of its part, and one that is cut short.
    let text = text.replace("1000002,K2,01/03/26", "1000002,K2,soon") + "1000003,K3,04/03/26,1\n";
    assert_eq!(check(&text), 3);
}

#[test]
fn titles_and_quotes_stay() {
    let mut ends = times();
    ends.rotate_left(1);
    let mut text = format!(
        "Report of today\n\nCompany Name,Site Name,Online Meter Name,Meter ID,MPAN,Date,Type,Est,{}\n",
        ends.join(",")
    );
    for day in 1..4 {
        for meter in 1..4 {
            text += &format!(
                "\"A \"\"large\"\"\ntrust\",Hall,x,1,100000{meter},0{day}/03/2026,AI,A{}\n",
                ",2".repeat(48)
            );
        }
    }
    assert_eq!(check(&text), 3);
}

/// Summer days in UTC: the last hour of each row is of the next local day.
#[test]
fn a_local_day_of_two_rows_stays_one() {
    let columns = times().join(",Type,");
    let mut text = format!("MPAN,Date (UTC),{columns},Type,Total kWh\n");
    for day in 1..4 {
        for meter in 1..4 {
            let values = ",2,A".repeat(48);
            text += &format!("100000{meter},0{day}/06/2026{values},96\n");
        }
    }
    assert_eq!(check(&text), 3);
}

#[test]
fn rows_of_one_meter_beyond_a_request_are_refused_by_name() {
    let row = format!("1000001,AI,02/03/2026,1,{}\n", "1".repeat(1 << 20));
    let text = "MPANCore,Type,Sett Date,Sett Period,Meter Read\n".to_owned() + &row.repeat(49);
    let cut = cut(
        &formats(),
        None,
        1,
        || Ok(text.as_bytes()),
        |_| Ok(io::sink()),
        |_| (),
    );
    let why = cut.unwrap_err().to_string();
    assert!(why.contains("send the file in several by year"), "{why}");
}
