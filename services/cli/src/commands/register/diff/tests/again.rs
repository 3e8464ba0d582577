//! Whatever is registered and whatever lists say, what `apply` sends leaves nothing that differs.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::model::{Model, two_schools};
use super::*;

const MPANS: [&str; 4] = [
    "2200012767323",
    "2200012030374",
    "2200030370866",
    "1710035168313",
];
const DAYS: [&str; 5] = [
    "2018-01-01",
    "2019-09-01",
    "2021-05-06",
    "2026-03-01",
    "2027-01-01",
];

/// A list with each of some meters once.
fn list() -> impl Strategy<Value = String> {
    let row = |mpan: &'static str| {
        let urn = select(vec!["100001", "100002"]);
        let name = select(vec!["", "Hall", "Kitchen"]);
        let unit = select(vec!["", "kW", "kWh"]);
        let direction = select(vec!["", "import", "export"]);
        (
            urn,
            of(select(DAYS.to_vec())),
            of(select(DAYS.to_vec())),
            name,
            unit,
            direction,
        )
            .prop_map(move |(urn, from, to, name, unit, direction)| {
                let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
                format!("{mpan},{urn},{from},{to},{name},{unit},{direction}\n")
            })
    };
    let rows = MPANS.map(|mpan| of(row(mpan)));
    (
        rows[0].clone(),
        rows[1].clone(),
        rows[2].clone(),
        rows[3].clone(),
    )
        .prop_map(|(a, b, c, d)| {
            let rows: String = [a, b, c, d].into_iter().flatten().collect();
            format!("MPAN,URN,From,To,Meter name,Unit,Direction\n{rows}")
        })
}

fn schools() -> impl Strategy<Value = String> {
    let row = |urn: u32| {
        let name = select(vec!["Oak", "Oak \u{2019}s", "Elm"]);
        let closed = select(vec!["", "31-08-2026"]);
        let roll = select(vec![
            ",",
            "16-01-2025,249",
            "02-10-2025,210",
            "02-10-2025,300",
        ]);
        (name, closed, roll).prop_map(move |(name, closed, roll)| {
            format!("{urn},{name},Open,,{closed},Primary,{roll},2044,Heron Trust,,\n")
        })
    };
    (of(row(100_001)), of(row(100_002)), row(100_003))
        .prop_map(|(a, b, c)| a.into_iter().chain(b).chain([c]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_apply_sends_leaves_nothing_that_differs(
        steps in vec((schools(), list(), of(select(DAYS.to_vec()))), 1..5),
    ) {
        let mut model: Model = two_schools();
        for (schools, meters, missing_ended) in steps {
            let case = Case {
                schools: Some(&schools),
                meters: Some(&meters),
                member_from: &[(None, "2019-09-01")],
                missing_ended,
                ..Case::default()
            };
            let first = compare(&model, &case);
            model.apply(&first.events());
            let again = compare(&model, &case);
            prop_assert!(
                again.changes.is_empty(),
                "{}\n{}\nthen\n{}", meters, super::super::super::report::text(&first), super::super::super::report::text(&again)
            );
            prop_assert_eq!(first.problems.len(), again.problems.len());
        }
    }
}
