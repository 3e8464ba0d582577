//! A part of a list: as many rows as a program asks for, after those it has.

/// The most rows of an answer that is asked for in parts.
const MOST: usize = 1_000;

/// Takes the first rows of a list, all of them without a `limit`. Returns also whether there are more.
pub(super) fn part<R>(mut rows: impl Iterator<Item = R>, limit: Option<u32>) -> (Vec<R>, bool) {
    let Some(limit) = limit else {
        return (rows.collect(), false);
    };
    let limit = (limit as usize).clamp(1, MOST);
    let part: Vec<R> = rows.by_ref().take(limit).collect();
    (part, rows.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_as_long_as_wanted_but_not_too_long_and_without_a_limit_it_is_all() {
        let check = |limit: Option<u32>, wanted: usize, has_more: bool| {
            let (rows, more) = part(0..2_000, limit);
            assert!(rows.iter().copied().eq(0..wanted), "{limit:?}");
            assert_eq!(more, has_more, "{limit:?}");
        };
        check(None, 2_000, false);
        check(Some(0), 1, true);
        check(Some(7), 7, true);
        check(Some(u32::MAX), MOST, true);
        assert_eq!(part(0..2, Some(2)), (vec![0, 1], false));
    }
}
