//! Rows that take a collection of waste back.

use serde_json::Value;

use super::*;

#[test]
fn a_row_takes_its_collection_back() {
    let described = "kind = \"waste\"\ntitle = \"Own\"\n[school]\ncolumn = \"URN\"\n[date]\ncolumn = \"Date\"\n\
         formats = [\"%d/%m/%Y\"]\n[waste]\ncolumn = \"EWC\"\n[weight]\ncolumn = \"Kg\"\n[unit]\nis = \"kg\"\n\
         [basis]\nis = \"weighed\"\n[reference]\ncolumn = \"Ticket\"\n\
         [withdrawn]\ncolumn = \"Status\"\ntexts = [\"Cancelled\"]\n";
    let mut formats = Formats::default();
    formats.add("own", described).unwrap();
    let text = "URN,Ticket,Date,EWC,Kg,Status\n\
         100001,A-1,02/11/2026,200301,88,Collected\n\
         100001,A-2,02/11/2026,200301,,cancelled\n\
         100001,A-3,02/11/2026,200301,,\n";
    let sheets = formats.preview(text.as_bytes().to_vec(), None).unwrap();
    let sheet = sheets.into_iter().next().unwrap().unwrap();
    let data: Vec<Value> = sheet
        .events
        .iter()
        .map(|event| serde_json::from_str(&event.data).unwrap())
        .collect();
    assert_eq!(data.len(), 2, "{data:?}");
    assert_eq!(
        (&data[0]["weight_kg"], &data[0]["withdrawn"]),
        (&88.0.into(), &Value::Null)
    );
    assert_eq!(
        (&data[1]["weight_kg"], &data[1]["withdrawn"]),
        (&0.0.into(), &true.into())
    );
    assert_eq!(sheet.refusals.len(), 1, "{:?}", sheet.refusals);
    let wrong = described.replace("[\"Cancelled\"]", "[]");
    assert!(Formats::default().add("own", &wrong).is_err());
}
