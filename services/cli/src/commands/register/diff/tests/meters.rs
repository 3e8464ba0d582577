use super::model::two_schools;
use super::*;

fn check(meters: &str, wanted: &[&str]) -> Diff {
    let case = Case {
        meters: Some(meters),
        ..Case::default()
    };
    super::check(&two_schools(), &case, wanted)
}

#[test]
fn a_list_says_what_is_new_and_what_is_registered_otherwise() {
    let diff = check(
        "School,MPAN Core,Meter name,Unit,From,Notes\n\
         oak primary  school,2200012767323,Hall,kW,,x\n\
         Elm Primary School,2200012030374,Kitchen,,01/09/2021,\n\
         100002,2200030370866,,,,\n",
        &[
            "~ meter Hall (mpan:2200012767323) of 100001: changed",
            "name: Hall",
            "unit: kW",
            "+ meter Kitchen (mpan:2200012030374) of 100002: new",
            "from: 2021-09-01",
            "fuel: electricity",
            "+ meter mpan:2200030370866 of 100002: new",
            "from: 2019-09-01",
            "note: meters.csv: not read: Notes",
            "note: 1 new meters without a first day",
            "2 new, 1 changed",
        ],
    );
    // What the list does not state stays.
    let Data::MeterRegistered(changed) = &diff.changes[0].events[0].data else {
        panic!("{diff:?}");
    };
    assert_eq!((changed.tariffs.len(), changed.statuses.len()), (1, 1));
    assert_eq!(changed.from, date("2019-09-01"));
}

#[test]
fn a_row_that_cannot_be_read_is_named_with_its_column_and_costs_no_other() {
    check(
        "Trust list of meters,,,\n,,,\nSchool,MPAN,MPRN,In use from\n\
         Oak Primary School,2200012767324,,\n\
         Oak Primary School,2.38E+12,,\n\
         Oak Primary School,,3938424403,\n\
         Ash,,3938424403,\n\
         Oak Primary School,,,\n\
         Oak Primary School,2200012030374,,43710\n\
         Oak Primary School,2200012767323,,\n\
         Oak Primary School,2200012767323,,\n",
        &[
            "meters.csv: /row/4 [check-digit]: MPAN: 2200012767324; the last digit",
            "meters.csv: /row/5 [file-row]: MPAN: 2.38E+12; a spreadsheet has shortened the number",
            "meters.csv: /row/7 [unknown-school]: School: Ash; no school of this name",
            "meters.csv: /row/8 [file-row]: MPAN: nothing; the row has no meter's number",
            "meters.csv: /row/9 [file-row]: In use from: 43710; a spreadsheet has turned the day into a number",
            "meters.csv: /row/11 [conflict]: MPAN: mpan:2200012767323; line 10 has this meter already",
            "note: mprn:3938424403 is taken for mprn:03938424403",
            "nothing differs, 2 meters unchanged, 6 not compared",
        ],
    );
}

#[test]
fn a_header_is_understood_or_it_is_said_what_it_lacks() {
    let named = |meters: &str, columns: &[(MeterField, &str)], wanted: &[&str]| {
        let case = Case {
            meters: Some(meters),
            columns,
            ..Case::default()
        };
        super::check(&two_schools(), &case, wanted);
    };
    let list = "Supply no;Where;Capacity\n2200012767323;Oak Primary School;90\n";
    check(
        list,
        &[
            "meters.csv: [file-row]: the header Supply no, Where, Capacity; name the column with the meters' numbers",
        ],
    );
    let number = (MeterField::Meter, "supply no");
    named(
        list,
        &[number],
        &[
            "meters.csv: [file-row]: the header Supply no, Where, Capacity; name the column with the schools",
        ],
    );
    let school = (MeterField::School, "Where");
    // Capacity is often in kVA, so it is not taken for kWh.
    named(
        list,
        &[number, school],
        &[
            "note: meters.csv: not read: Capacity",
            "nothing differs, 1 meter unchanged",
        ],
    );
    let capacity = (MeterField::Capacity, "Capacity");
    named(
        list,
        &[number, school, capacity],
        &["capacity: 90", "1 changed"],
    );
    named(
        list,
        &[(MeterField::Mpan, "MPAN")],
        &["meters.csv: [file-row]: MPAN; no row has the columns that --column names"],
    );
    check(
        "URN,MPAN,MPAN\n100001,1,2\n",
        &["meters.csv: [file-row]: MPAN, MPAN; several columns may be the mpan"],
    );
    check(
        "URN,MPAN,From\n100001,2200012767323,01/09/2019\n100001,2200012030374,09/13/2019\n",
        &[
            "meters.csv: /row/3 [file-row]: From: 09/13/2019; this day is written month first",
            "nothing differs, 1 not compared",
        ],
    );
}

#[test]
fn two_schools_of_one_name_are_told_apart_by_urn() {
    let case = Case {
        schools: Some("100003,Oak Primary School,Open,,,Primary,,,2044,Heron Trust,,\n"),
        member_from: &[(None, "2020-09-01")],
        meters: Some("School,MPAN\nOak Primary School,2200012030374\n100003,2200030370866\n"),
        ..Case::default()
    };
    super::check(
        &two_schools(),
        &case,
        &[
            "+ meter mpan:2200030370866 of 100003: new",
            "from: 2020-09-01",
            "meters.csv: /row/2 [conflict]: School: Oak Primary School; 2 schools have this name; enter the URN, 100001 or 100003",
        ],
    );
}

#[test]
fn a_row_may_have_the_meters_of_both_fuels() {
    check(
        "URN,MPAN,MPRN,Calorific value\n100002,2200012030374,3938424411,39.5\n",
        &[
            "+ meter mpan:2200012030374 of 100002: new",
            "fuel: electricity",
            "+ meter mprn:3938424411 of 100002: new",
            "fuel: gas",
            "calorific_value: 39.5",
            "2 new",
        ],
    );
    check(
        "URN,Serial number,Fuel\n100002,E10-1,\n100002,E10-2,Solar PV\n",
        &[
            "+ meter serial:E10-2 of 100002: new",
            "fuel: solar",
            "meters.csv: /row/2 [file-row]: Fuel: nothing; a serial number does not say",
        ],
    );
}

#[test]
fn days_are_compared_and_a_move_needs_its_day() {
    let of = |row: &str| format!("URN,MPAN,From,To\n{row}\n");
    check(
        &of("100001,2200012767323,2020-09-01,"),
        &[
            "~ meter mpan:2200012767323 of 100001: changed",
            "from: 2019-09-01 \u{2192} 2020-09-01",
        ],
    );
    check(
        &of("100001,2200012767323,2018-09-01,2026-08-31"),
        &["from: 2019-09-01 \u{2192} 2018-09-01", "to: 2026-08-31"],
    );
    check(
        &of("100002,2200012767323,,"),
        &[
            "meters.csv: /row/2 [conflict]: MPAN: mpan:2200012767323; the meter is registered at Oak Primary School (100001) from",
        ],
    );
    let diff = check(
        &of("100002,2200012767323,2026-09-01,"),
        &[
            "~ meter mpan:2200012767323 of 100002: moved",
            "school: Oak Primary School (100001) \u{2192} Elm Primary School (100002)",
            "from: 2019-09-01 \u{2192} 2026-09-01",
        ],
    );
    let Data::MeterRegistered(moved) = &diff.events()[0].data else {
        panic!("{diff:?}");
    };
    assert_eq!((moved.tariffs.len(), moved.statuses.len()), (1, 1));
}

#[test]
fn a_meter_that_is_gone_ends_only_if_that_is_said_and_the_list_is_whole() {
    let case = |meters, missing_ended| Case {
        meters: Some(meters),
        missing_ended,
        ..Case::default()
    };
    let list = "URN,MPAN\n100001,2200012767323\n";
    super::check(
        &two_schools(),
        &case(list, None),
        &["nothing differs, 1 meter unchanged"],
    );
    let mut model = two_schools();
    let diff = super::check(
        &model,
        &case(list, Some("2026-08-31")),
        &[
            "- meter mprn:03938424403 of 100001: ended",
            "to: 2026-08-31",
            "1 ended, 1 meter unchanged",
        ],
    );
    model.apply(&diff.events());
    super::check(
        &model,
        &case(list, Some("2026-08-31")),
        &["nothing differs, 1 meter unchanged"],
    );
    for unfit in ["URN,MPAN\n100001,2200012767323\n100001,1\n", "URN,MPAN\n"] {
        super::check(
            &two_schools(),
            &case(unfit, Some("2026-08-31")),
            &["note: no meter ends", "nothing differs"],
        );
    }
    // A list with a meter that has ended does not begin it again in silence.
    super::check(
        &model,
        &case("URN,MPRN,From\n100001,03938424403,\n", None),
        &["note: mprn:03938424403 is in the list, but it is registered until 2026-08-31 only"],
    );
    super::check(
        &model,
        &case("URN,MPRN,From\n100001,03938424403,2026-10-01\n", None),
        &[
            "+ meter mprn:03938424403 of 100001: new",
            "from: 2026-10-01",
            "calorific_value: 39.1",
        ],
    );
}
