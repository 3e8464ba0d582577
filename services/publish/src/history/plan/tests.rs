use super::*;

fn series() -> Series {
    Series::new(Metric::DayEnergy, [("urn", "100371".to_owned())])
}

fn wanted(values: &[(i64, f64)]) -> Wanted {
    Wanted::from([(series(), values.iter().copied().collect())])
}

/// The additions of the series itself: correction, time, value.
fn unsent(plan: &Plan) -> Vec<(usize, i64, f64)> {
    let own = series();
    let of_series = plan.unsent().into_iter().filter(|one| *one.series == own);
    of_series
        .map(|one| (one.correction, one.time, one.value))
        .collect()
}

fn marks(plan: &Plan) -> Vec<(usize, i64, f64)> {
    let marks = plan.unsent().into_iter();
    let marks = marks.filter(|one| one.series.metric == Metric::Withdrawn);
    marks
        .map(|one| (one.correction, one.time, one.value))
        .collect()
}

#[test]
fn a_change_is_sent_as_a_difference_and_the_same_again_is_nothing() {
    let first = Plan::default().next(&wanted(&[(1, 12.25), (2, 3.0)]), Vec::new());
    assert_eq!(unsent(&first), [(0, 1, 12.25), (0, 2, 3.0)]);
    let first = first.acknowledged();
    let same = first.next(&wanted(&[(1, 12.25), (2, 3.0)]), Vec::new());
    assert!(same.unsent().is_empty() && !same.adds_to(&first));
    let second = first.next(&wanted(&[(1, 10.0), (2, 3.0), (3, 0.0)]), Vec::new());
    assert!(second.adds_to(&first));
    assert_eq!(unsent(&second), [(0, 3, 0.0), (1, 1, -2.25)]);
    let third = second
        .acknowledged()
        .next(&wanted(&[(1, 11.0), (2, 3.0), (3, 0.0)]), Vec::new());
    assert_eq!(unsent(&third), [(2, 1, 1.0)]);
    assert_eq!(third.all().len(), 5);
}

/// A process that is killed between the plan and its delivery sends the same values again, and what changed meanwhile after them.
#[test]
fn what_was_planned_and_not_acknowledged_stays_as_it_was() {
    let first = Plan::default()
        .next(&wanted(&[(1, 12.25)]), Vec::new())
        .acknowledged();
    let planned = first.next(&wanted(&[(1, 10.0)]), Vec::new());
    let after = planned.next(&wanted(&[(1, 9.0)]), Vec::new());
    assert_eq!(unsent(&after), [(1, 1, -2.25), (2, 1, -1.0)]);
}

#[test]
fn a_withdrawn_value_is_brought_to_zero_and_marked_until_it_comes_again() {
    let first = Plan::default()
        .next(&wanted(&[(1, 5.0), (2, 1.0)]), Vec::new())
        .acknowledged();
    let withdrawn = first.next(&wanted(&[(2, 1.0)]), Vec::new());
    assert_eq!(unsent(&withdrawn), [(1, 1, -5.0)]);
    assert_eq!(marks(&withdrawn), [(0, 1, 1.0)]);
    let withdrawn = withdrawn.acknowledged();
    assert!(
        withdrawn
            .next(&wanted(&[(2, 1.0)]), Vec::new())
            .unsent()
            .is_empty()
    );
    let again = withdrawn.next(&wanted(&[(1, 6.0), (2, 1.0)]), Vec::new());
    assert_eq!(unsent(&again), [(2, 1, 6.0)]);
    assert_eq!(marks(&again), [(1, 1, -1.0)]);
    let nothing = first.next(&Wanted::new(), Vec::new());
    assert_eq!(marks(&nothing), [(0, 1, 1.0), (0, 2, 1.0)]);
}

#[test]
fn a_plan_comes_back_from_the_store_to_the_last_digit() {
    let awkward = [0.1 + 0.2, 1e-300, f64::MAX, -1.0 / 3.0, 12.3, 4.35 - 4.0];
    let values: Vec<(i64, f64)> = (0..).zip(awkward).collect();
    let plan = Plan::default()
        .next(&wanted(&values), Vec::new())
        .acknowledged();
    let plan = plan.next(&wanted(&[(0, 7.0)]), Vec::new());
    let back = Plan::of_bytes(&plan.to_bytes().unwrap()).unwrap();
    assert_eq!(back, plan);
    assert_eq!(Plan::of_bytes(b"damaged"), None);
}
