//! The hour that clocks show twice, on the day of 50 half-hours. A row does not show which of the two hours it means, but the
//! direction of the day's rows does.

/// The rows of one meter on one day, in the order of the file.
#[derive(Debug)]
pub(super) struct RepeatedHour<R> {
    /// Rows whose stamp means one of several half-hours, the earliest first.
    within: Vec<(Vec<usize>, R)>,
    /// The half-hours of the other rows, each with the number of rows within the hour before it.
    beside: Vec<(usize, usize)>,
}

impl<R> Default for RepeatedHour<R> {
    fn default() -> Self {
        RepeatedHour {
            within: Vec::new(),
            beside: Vec::new(),
        }
    }
}

impl<R> RepeatedHour<R> {
    /// Adds a row whose stamp means one of these half-hours.
    pub(super) fn add(&mut self, may_mean: Vec<usize>, row: R) {
        self.within.push((may_mean, row));
    }

    /// Adds a row whose half-hour is beyond doubt.
    pub(super) fn add_beside(&mut self, slot: usize) {
        self.beside.push((self.within.len(), slot));
    }

    /// The half-hour of each row. Fails with the rows if the direction is ambiguous, or if there are more rows than half-hours.
    pub(super) fn settle(self) -> Result<Vec<(usize, R)>, Vec<R>> {
        let oldest_first = self.may_run(true).then(|| self.placed(true)).flatten();
        let newest_first = self.may_run(false).then(|| self.placed(false)).flatten();
        let rows = self.within.into_iter().map(|(_, row)| row);
        match (oldest_first, newest_first) {
            (Some(one), Some(other)) if one != other => Err(rows.collect()),
            (Some(slots), _) | (None, Some(slots)) => Ok(slots.into_iter().zip(rows).collect()),
            (None, None) => Err(rows.collect()),
        }
    }

    /// Whether every row outside the hour is where a file of this direction has it.
    fn may_run(&self, oldest_first: bool) -> bool {
        let last = self.within.iter().flat_map(|(may_mean, _)| may_mean).max();
        self.beside.iter().all(|(before, slot)| {
            let is_later = last.is_some_and(|last| slot > last);
            match is_later == oldest_first {
                true => *before == self.within.len(),
                false => *before == 0,
            }
        })
    }

    /// The half-hour of each row, each the first possible after the one before it in time.
    fn placed(&self, oldest_first: bool) -> Option<Vec<usize>> {
        let mut slots = Vec::with_capacity(self.within.len());
        for at in 0..self.within.len() {
            let at = match oldest_first {
                true => at,
                false => self.within.len() - 1 - at,
            };
            let (may_mean, _) = self.within.get(at)?;
            let last = slots.last().copied();
            let is_next = |slot: &&usize| last.is_none_or(|last| **slot > last);
            slots.push(may_mean.iter().find(is_next).copied()?);
        }
        if !oldest_first {
            slots.reverse();
        }
        Some(slots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows by what they may mean; `wanted` are their half-hours.
    fn check(rows: &[&[usize]], wanted: Option<&[usize]>) {
        let mut hour = RepeatedHour::default();
        for row in rows {
            match row {
                [slot] => hour.add_beside(*slot),
                may_mean => hour.add(may_mean.to_vec(), ()),
            }
        }
        let settled = hour.settle().ok();
        let slots = settled.map(|rows| rows.into_iter().map(|(slot, ())| slot).collect::<Vec<_>>());
        assert_eq!(slots.as_deref(), wanted, "{rows:?}");
    }

    const ONE: &[usize] = &[1, 3];
    const HALF_PAST: &[usize] = &[2, 4];
    const TWO: &[usize] = &[3, 5];

    #[test]
    fn either_direction_and_either_way_of_stamping_finds_every_half_hour() {
        let by_the_clock = [&[0], ONE, HALF_PAST, ONE, HALF_PAST, TWO, &[6]];
        let by_beginnings = [&[0], ONE, HALF_PAST, TWO, HALF_PAST, TWO, &[6]];
        for mut rows in [by_the_clock, by_beginnings] {
            check(&rows, Some(&[1, 2, 3, 4, 5]));
            rows.reverse();
            check(&rows, Some(&[5, 4, 3, 2, 1]));
        }
    }

    #[test]
    fn missing_rows_leave_the_others_in_their_places() {
        check(&[&[0], HALF_PAST, ONE, TWO, &[6]], Some(&[2, 3, 5]));
        check(&[&[6], TWO, ONE, HALF_PAST, &[0]], Some(&[5, 3, 2]));
        check(&[HALF_PAST, HALF_PAST, &[9]], Some(&[2, 4]));
        // 48 rows on the day of 50: the hour is there once, and is the first.
        check(&[&[0], ONE, HALF_PAST, TWO, &[6]], Some(&[1, 2, 3]));
        check(&[&[6], TWO, HALF_PAST, ONE, &[0]], Some(&[3, 2, 1]));
        check(&[ONE], Some(&[1]));
        check(&[], Some(&[]));
    }

    #[test]
    fn rows_that_run_both_ways_settle_nothing() {
        check(&[&[0], ONE, HALF_PAST, &[6], HALF_PAST, ONE], None);
        check(&[&[0], ONE, ONE, HALF_PAST, HALF_PAST, ONE, &[6]], None);
        check(&[&[7], ONE, ONE, &[9]], None);
        check(&[&[0], HALF_PAST, HALF_PAST, ONE, &[6]], None);
        // Nothing but two rows that may stand either way.
        check(&[HALF_PAST, ONE], None);
    }
}
