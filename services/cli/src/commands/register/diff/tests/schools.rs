use super::model::{Model, two_schools};
use super::*;

const ALL: &str = "100001,Oak Primary School,Open,01-09-2019,,Primary,,,2044,Heron Trust,Smith,AB1 2CD\n\
                   100002,Elm Primary School,Open,01-09-2019,,Primary,,,2044,Heron Trust,Jones,AB1 2CE\n";

#[test]
fn a_new_school_is_registered_with_what_the_file_states() {
    let case = Case {
        schools: Some(
            "100003,St Aidan\u{2019}s CE School,Open,01-09-2024,,Middle deemed primary,16-01-2025,249,2044,Heron Trust,Smith,AB1\n",
        ),
        member_from: &[(None, "2024-09-01")],
        ..Case::default()
    };
    let mut model = Model::default();
    let diff = check(
        &model,
        &case,
        &[
            "+ school 100003 St Aidan\u{2019}s CE School: new",
            "trust: Heron Trust (2044)",
            "phase: primary",
            "member_from: 2024-09-01",
            "rolls: 249 pupils on 2025-01-16 (GIAS)",
            "note: the pupils of this file are those of the spring census of 2025-01-16",
            "1 new",
        ],
    );
    let text = format!("{:?}", diff.events());
    assert!(!text.contains("Smith") && !text.contains("AB1"), "{text}");
    model.apply(&diff.events());
    check(&model, &case, &["nothing differs, 1 school unchanged"]);
}

#[test]
fn the_day_on_which_a_school_joined_must_be_stated() {
    let rows = "100003,Ash,Open,01-09-2024,,Primary,,,2044,Heron Trust,,\n100004,Fir,Open,,,Primary,,,2044,Heron Trust,,\n";
    let case = |member_from| Case {
        schools: Some(rows),
        member_from,
        ..Case::default()
    };
    check(
        &Model::default(),
        &case(&[(Some(100_004), "2021-01-01")]),
        &[
            "+ school 100004 Fir: new",
            "member_from: 2021-01-01",
            "gias.csv: /row/2 [file-row]: URN: 100003; GIAS does not state when a school joined its trust",
            "1 new, 1 not compared",
        ],
    );
    // What names a school counts before what does not.
    check(
        &Model::default(),
        &case(&[(None, "2024-09-01"), (Some(100_004), "2021-01-01")]),
        &[
            "+ school 100003",
            "member_from: 2024-09-01",
            "+ school 100004",
            "member_from: 2021-01-01",
        ],
    );
}

#[test]
fn what_the_file_does_not_state_stays() {
    let case = Case {
        schools: Some(
            "100001,Oak Academy,Open,01-09-2019,31-08-2027,All-through,15-01-2026,230,2044,Heron Trust,,\n",
        ),
        member_from: &[(None, "2024-09-01")],
        ..Case::default()
    };
    let mut model = two_schools();
    let diff = check(
        &model,
        &case,
        &[
            "~ school 100001 Oak Academy: changed",
            "name: Oak Primary School \u{2192} Oak Academy",
            "phase: primary \u{2192} all_through",
            "member_to: 2027-08-31",
            "rolls: 230 pupils on 2026-01-15 (GIAS)",
            "1 changed",
        ],
    );
    let before = model.registered().schools[0].registered.clone();
    model.apply(&diff.events());
    let after = model.registered().schools[0].registered.clone();
    assert_eq!(
        (after.member_from, after.heating),
        (before.member_from, before.heating)
    );
    assert_eq!((after.terms, after.rolls.len()), (before.terms, 2));
    check(&model, &case, &["nothing differs, 1 school unchanged"]);
}

#[test]
fn pupils_that_contradict_another_source_are_not_sent() {
    let rows = |pupils: u32| {
        format!("100001,Oak Primary School,Open,,,Primary,02-10-2025,{pupils},2044,Heron Trust,,\n")
    };
    let (same, other) = (rows(210), rows(250));
    let case = |rows| Case {
        schools: Some(rows),
        ..Case::default()
    };
    check(
        &two_schools(),
        &case(&same),
        &["nothing differs, 1 school unchanged"],
    );
    check(
        &two_schools(),
        &case(&other),
        &[
            "note: 100001: 250 pupils on 2025-10-02 are not sent, because 210 are registered for that day with the source \
             \"autumn census\"",
            "nothing differs",
        ],
    );
}

#[test]
fn a_school_that_is_gone_ends_only_if_that_is_said() {
    let rows = "100001,Oak Primary School,Open,,,Primary,,,2044,Heron Trust,,\n100002,Elm Primary School,Open,,,Primary,,,7,Teal,,\n";
    let case = |missing_ended| Case {
        schools: Some(rows),
        trust: Some("2044"),
        missing_ended,
        ..Case::default()
    };
    check(
        &two_schools(),
        &case(None),
        &["nothing differs, 1 school unchanged"],
    );
    let mut model = two_schools();
    let ended = case(Some("2026-08-31"));
    let diff = check(
        &model,
        &ended,
        &[
            "- school 100002 Elm Primary School: ended",
            "member_to: 2026-08-31",
            "trust in the file: 7",
            "1 ended, 1 school unchanged",
        ],
    );
    model.apply(&diff.events());
    check(&model, &ended, &["nothing differs, 1 school unchanged"]);
    // A row that cannot be read might be the school that seems to be gone.
    let broken = Case {
        schools: Some("100001,Oak Primary School,Open,,,Upper,,,2044,Heron Trust,,\n"),
        ..case(Some("2026-08-31"))
    };
    check(
        &two_schools(),
        &broken,
        &[
            "gias.csv: /row/2 [file-row]: PhaseOfEducation (name): Upper; the phases of GIAS are",
            "note: no school ends",
            "nothing differs, 1 not compared",
        ],
    );
}

#[test]
fn which_schools_are_meant_is_never_guessed() {
    let check = |schools: &str, trust, wanted: &[&str]| {
        let case = Case {
            schools: Some(schools),
            trust,
            ..Case::default()
        };
        super::check(&two_schools(), &case, wanted);
    };
    let another = "100009,Yew,Open,,,Primary,,,7,Teal Trust,,\n";
    let both = format!("{ALL}{another}");
    check(
        &both,
        None,
        &[
            "gias.csv: [file-row]: schools of 2 trusts, such as 2044 (Heron Trust), 7 (Teal Trust); name the trust with --trust",
        ],
    );
    check(
        &both,
        Some("2044"),
        &["nothing differs, 2 schools unchanged"],
    );
    check(
        &both,
        Some("9"),
        &["gias.csv: [file-row]: 9; the file has no school of this trust"],
    );
    let twice = format!("{ALL}{ALL}");
    check(
        &twice,
        None,
        &[
            "gias.csv: /row/4 [conflict]: URN: 100001; line 2 has this school already",
            "gias.csv: /row/5 [conflict]: URN: 100002; line 3 has this school already",
            "nothing differs, 2 schools unchanged, 2 not compared",
        ],
    );
    let closed = "100009,Yew,Closed,,31-08-2019,Primary,,,2044,Heron Trust,,\n";
    check(
        &format!("{ALL}{closed}"),
        None,
        &[
            "note: 1 of the trust's schools in the file are closed",
            "nothing differs, 2 schools unchanged",
        ],
    );
}
