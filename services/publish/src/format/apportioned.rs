//! Rows under a total, rounded so that they add up to it.

/// Rounds numbers to whole steps (half a step rounds up) so that they add up to their rounded sum: each is rounded down,
/// and the missing steps go to the numbers that lost most, the first of equals first. No result differs from its number
/// by a whole step.
pub(crate) fn apportioned(parts: &[i128], step: i128) -> Vec<i128> {
    let total: i128 = parts.iter().sum();
    under(parts, steps(total, step), step)
}

/// A number in whole steps; half a step rounds up.
pub(crate) fn steps(number: i128, step: i128) -> i128 {
    (2 * number + step).div_euclid(2 * step)
}

/// Numbers in whole steps that add up to `total`, their sum rounded up or down to whole steps.
pub(crate) fn under(parts: &[i128], total: i128, step: i128) -> Vec<i128> {
    let mut rounded: Vec<i128> = parts.iter().map(|part| part.div_euclid(step)).collect();
    let missing = total - rounded.iter().sum::<i128>();
    let mut by_loss: Vec<usize> = (0..parts.len()).collect();
    by_loss.sort_by_key(|place| std::cmp::Reverse(parts[*place].rem_euclid(step)));
    for place in by_loss
        .into_iter()
        .take(usize::try_from(missing).unwrap_or(0))
    {
        rounded[place] += 1;
    }
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_thirds_make_a_whole() {
        // 33.4, 33.4 and 33.2 of 100: 33 each leaves one, for the first of those that lost most.
        assert_eq!(apportioned(&[334, 334, 332], 10), [34, 33, 33]);
        assert_eq!(apportioned(&[25, 25], 10), [3, 2]);
        assert_eq!(apportioned(&[0, 0, 0], 10), [0, 0, 0]);
        assert_eq!(apportioned(&[], 10), [0_i128; 0]);
        assert_eq!(apportioned(&[-334, 100], 10), [-33, 10]);
    }

    /// Ten thousand tables of numbers that a small generator makes.
    #[test]
    fn rows_add_up_to_the_total_and_none_is_a_step_away() {
        let mut state = 1_u64;
        let mut next = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..10_000 {
            let (rows, step) = (next(9), 1 + next(1_000));
            let parts: Vec<i128> = (0..rows)
                .map(|_| i128::from(next(100_000)) - i128::from(next(2) * 50_000))
                .collect();
            let step = i128::from(step);
            let rounded = apportioned(&parts, step);
            let total: i128 = parts.iter().sum();
            assert_eq!(
                rounded.iter().sum::<i128>(),
                steps(total, step),
                "{parts:?} by {step}"
            );
            for (part, rounded) in parts.iter().zip(&rounded) {
                assert!((part - rounded * step).abs() < step, "{parts:?} by {step}");
                assert!(
                    part % step != 0 || part / step == *rounded,
                    "exact stays exact"
                );
            }
        }
    }
}
