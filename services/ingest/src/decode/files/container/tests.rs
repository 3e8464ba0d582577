//! Files in every container, and files that are none.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const MOST: usize = 1 << 20;

fn part(name: Option<&str>, text: &str) -> Part {
    Part {
        name: name.map(str::to_owned),
        text: Ok(text.to_owned()),
    }
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A workbook with an empty sheet, one of a day and a time, and one that begins in its third row.
fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Empty").unwrap();
    let days = workbook.add_worksheet().set_name("Days").unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let time = Format::new().set_num_format("hh:mm");
    days.write(0, 0, "MPAN").unwrap();
    let at = ExcelDateTime::from_hms(0, 30, 0.0).unwrap();
    days.write_with_format(0, 1, &at, &time).unwrap();
    days.write(1, 0, 2_399_999_909_024_f64).unwrap();
    let at = ExcelDateTime::from_ymd(2026, 6, 1).unwrap();
    days.write_with_format(1, 1, &at, &day).unwrap();
    let below = workbook.add_worksheet().set_name("Below").unwrap();
    below.write(2, 0, "a, b").unwrap();
    below.write(2, 1, 0.125).unwrap();
    workbook.save_to_buffer().unwrap()
}

const EMAIL: &[u8] =
    b"From: supplier@example.com\r\nSubject: Your half-hours\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n\
    --x\r\nContent-Type: text/plain\r\n\r\nPlease find attached.\r\n\
    --x\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"june.csv\"\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nYSxiCjEsMgo=\r\n\
    --x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"logo.png\"\r\n\
    Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n";

#[test]
fn tables_are_found_in_every_container() {
    let check = |bytes: &[u8], wanted: &[Part]| {
        assert_eq!(parts(bytes.to_vec(), MOST).unwrap(), wanted);
    };
    check(b"a,b\n1,2\n", &[part(None, "a,b\n1,2\n")]);
    check(&gzipped(b"a,b\n"), &[part(None, "a,b\n")]);
    check(
        &zipped(&[
            ("one.csv", b"a,b\n"),
            ("__MACOSX/._one.csv", b"x"),
            ("two/2.csv", b"c,d\n"),
        ]),
        &[
            part(Some("one.csv"), "a,b\n"),
            part(Some("two/2.csv"), "c,d\n"),
        ],
    );
    let days = "MPAN,00:30\n2399999909024,2026-06-01 00:00:00\n";
    let below = "\n\n\"a, b\",0.125\n";
    check(
        &workbook(),
        &[part(Some("Days"), days), part(Some("Below"), below)],
    );
    check(
        &zipped(&[("half-hours.xlsx", &workbook())]),
        &[
            part(Some("half-hours.xlsx: Days"), days),
            part(Some("half-hours.xlsx: Below"), below),
        ],
    );
    check(EMAIL, &[part(Some("june.csv"), "a,b\n1,2\n")]);
    // `BM` and `From` begin tables too.
    check(b"BMS,b\n1,2\n", &[part(None, "BMS,b\n1,2\n")]);
    check(b"From,To,kWh\n", &[part(None, "From,To,kWh\n")]);
}

#[test]
fn files_beside_the_tables_of_an_archive_are_named() {
    let bytes = zipped(&[("read-me.pdf", b"%PDF-1.7"), ("a.csv", b"a,b\n")]);
    let parts = parts(bytes, MOST).unwrap();
    let seen = parts[0].text.as_ref().unwrap_err().seen.as_str();
    assert_eq!(seen, "read-me.pdf: a PDF document");
    assert_eq!(parts[1], part(Some("a.csv"), "a,b\n"));
}

/// Two cells in far corners: a dense sheet of them would take hundreds of gigabytes.
#[test]
fn a_sheet_of_far_corners_is_refused() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "MPAN").unwrap();
    sheet.write(1_048_575, 16_383, "x").unwrap();
    let refusal = parts(workbook.save_to_buffer().unwrap(), MOST).unwrap_err();
    assert!(
        refusal.seen.contains("row 1048576 and column 16384"),
        "{refusal:?}"
    );
}

#[test]
fn what_is_no_table_is_named_for_what_it_is() {
    let check = |bytes: &[u8], seen: &str| {
        let refusal = parts(bytes.to_vec(), MOST).unwrap_err();
        assert!(
            refusal.seen.contains(seen),
            "{refusal:?} is not about {seen}"
        );
    };
    check(b"", "an empty file");
    check(b" \r\n\0\0", "an empty file");
    check(b"\x89PNG\r\n\x1a\n", "a picture (PNG)");
    check(b"\xff\xd8\xff\xe0", "a picture (JPEG)");
    check(b"%PDF-1.7", "a PDF document");
    check(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a document of Office up to 2003",
    );
    check(
        b"<!DOCTYPE html><html><body>Log in",
        "a web page (HTML), such as a login page",
    );
    check(b"\xef\xbb\xbf\n<html>", "a web page (HTML)");
    check(b"{\"specversion\":\"1.0\"}", "JSON");
    check(&zipped(&[]), "an archive without files");
    let inner = zipped(&[("a.csv", b"a,b\n")]);
    check(&zipped(&[("inner.zip", &inner)]), "inner.zip: an archive");
    check(&gzipped(&inner), "an archive");
    check(
        b"From: a@example.com\r\nSubject: Hello\r\n\r\nNo file.",
        "an e-mail without an attached file",
    );
    check(&zipped(&[("a.csv", b"a,b\n")])[..40], "");
}

#[test]
fn what_inflates_beyond_the_limit_is_refused() {
    let zeros = vec![b'0'; MOST + 1];
    for bytes in [gzipped(&zeros), zipped(&[("zeros.csv", &zeros)])] {
        assert_eq!(parts(bytes, MOST).unwrap_err().rule, Rule::TooLarge);
    }
    let refusal = parts(workbook(), 100).unwrap_err();
    assert!(
        refusal.seen.contains("more than 100 bytes once inflated"),
        "{refusal:?}"
    );
}
