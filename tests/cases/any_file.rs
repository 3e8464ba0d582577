//! Suppliers' files whose format only their header says, as they come: archives, e-mails, other encodings, and what is no file of
//! readings at all.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use super::*;

/// A day of IMServ's, of 0.5 kWh in each half-hour and 1.5 in the last.
fn imserv(day: &str) -> String {
    let times = (0..48).map(|slot| format!("{:02}:{:02}", slot / 2, slot % 2 * 30));
    let values = (0..48).map(|slot| if slot == 47 { "1.5" } else { "0.5" });
    format!(
        "Site Id,Meter Number,Data Type,Reading Date,{}\n{MPAN},K1,kWh,{day},{}\n",
        times.collect::<Vec<_>>().join(","),
        values.collect::<Vec<_>>().join(",")
    )
}

async fn send_file(world: &Embedded, bytes: &[u8]) -> Result<Answer, String> {
    let sent = world.client().send_file_issued(None, bytes, None).await;
    sent.map_err(|error| chassis::chain(&error))
}

async fn imported(world: &Embedded) -> (i64, i64) {
    let school = figures(world).await;
    (school.coverage.present, tenths_of_kwh(&school))
}

fn gzipped(file: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(file.as_bytes()).expect("in memory");
    gzip.finish().expect("in memory")
}

/// Two days of 25 kWh, in UTF-16 and in a gzip: 96 half-hours and 50 kWh.
#[tokio::test(flavor = "multi_thread")]
async fn a_header_says_the_format_of_a_file_in_any_encoding_or_archive() {
    let world = school().await;
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(imserv("02/11/26").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for file in [utf16, gzipped(&imserv("03/11/2026"))] {
        let answer = send_file(&world, &file).await.expect("an answer");
        assert_eq!((answer.accepted, answer.refused), (1, 0), "{answer:#?}");
    }
    assert_eq!(imported(&world).await, (96, 500));
}

/// An unknown header names the nearest format and what differs; a web page, and a header of two formats, say what they are.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_is_refused_with_the_nearest_format() {
    let world = school().await;
    let renamed = imserv("02/11/2026").replace("Reading Date", "Day");
    let either = format!("MPR,ReadDatetime,kWh,ReadType\n{MPAN},02 Nov 2026 00:30:00,1,Actual\n");
    let checks = [
        (
            renamed.as_str(),
            "The nearest is imserv: it has no column Reading Date",
        ),
        (
            "<!DOCTYPE html><title>Log in</title>",
            "a web page (HTML), such as a login page",
        ),
        (
            either.as_str(),
            "row-per-half-hour-end (A row per half-hour, stamped when it ends)",
        ),
        (
            "Hall,Sports hall\n1,2\n",
            "no format has any column of this header",
        ),
    ];
    for (file, why) in checks {
        let answer = send_file(&world, file.as_bytes()).await.expect("an answer");
        let hints = answer
            .refusals
            .iter()
            .map(|one| format!("{}; {}", one.seen, one.hint));
        let hints: Vec<_> = hints.collect();
        assert!(
            hints.iter().any(|hint| hint.contains(why)),
            "{hints:?} is not about {why}"
        );
    }
}
