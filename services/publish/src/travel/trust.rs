//! Travel of a trust: its schools' levels, and the survey answers that may be published.

use std::collections::BTreeMap;

use events::{Audience, ModeCounts, StarsLevel};
use footprint::disclosure::{Answers, GROUPS, Group};
use footprint::{Footprint, picked};

use super::{Survey, Travel};
use crate::rollup::TrustView;

/// Travel of all schools of a trust.
#[derive(Default)]
pub(crate) struct TrustTravel<'a> {
    /// Schools by the level they hold.
    pub(crate) held: BTreeMap<Option<StarsLevel>, usize>,
    /// Schools whose counts and surveys meet a higher level than they hold, and which level.
    pub(crate) ready: Vec<(&'a Footprint, StarsLevel)>,
    /// Schools that hold a level which their present counts and surveys do not meet.
    pub(crate) lapsing: Vec<(&'a Footprint, StarsLevel)>,
    /// How people travel and would like to travel, by audience and group of modes.
    pub(crate) shares: BTreeMap<(Audience, Group), [Sum; 2]>,
    /// Schools with an earlier survey of pupils whose share of cars may be published.
    pub(crate) compared: usize,
    /// The number of those schools where the share has fallen since.
    pub(crate) fewer_cars: usize,
}

/// Answers of the schools of a trust. The share is computed from what its schools publish, so it reveals nothing more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    picked: u64,
    published: u64,
    answers: u64,
    /// Schools that surveyed this audience.
    pub(crate) surveyed: usize,
    /// Schools whose answers are in the share.
    pub(crate) schools: usize,
}

impl Sum {
    fn add(&mut self, counts: &ModeCounts, answers: &Answers, group: Group) {
        let of = u64::from(picked(counts, |_| true));
        if of == 0 {
            return;
        }
        self.answers += of;
        self.surveyed += 1;
        if answers.shares.contains_key(&group) {
            self.picked += u64::from(picked(counts, |mode| group.has(mode)));
            self.published += of;
            self.schools += 1;
        }
    }

    /// The share over the answers of the schools that publish it. None if those are not most of the answers, because the
    /// schools that withhold theirs differ from the others.
    pub(crate) fn share(&self) -> Option<f64> {
        (2 * self.published > self.answers).then(|| self.picked as f64 / self.published as f64)
    }
}

impl<'a> TrustTravel<'a> {
    pub(crate) fn of(view: &'a TrustView) -> Self {
        let mut trust = TrustTravel::default();
        for school in &view.schools {
            trust.add(school);
        }
        trust
    }

    fn add(&mut self, school: &'a Footprint) {
        let travel = Travel::of(school);
        // A year that has only begun has too little data to conclude that a level would be lost.
        let is_over = school.period.is_whole();
        let (held, eligible) = (travel.assessment.held, travel.assessment.eligible);
        if school.is_still_member() {
            *self.held.entry(held).or_default() += 1;
            if let Some(eligible) = eligible.filter(|eligible| Some(*eligible) > held) {
                self.ready.push((school, eligible));
            }
            if let Some(held) = held.filter(|held| is_over && eligible < Some(*held)) {
                self.lapsing.push((school, held));
            }
        }
        for (audience, survey) in &travel.surveys {
            self.add_answers(*audience, survey);
        }
        let pupils = travel.shifts.get(&Audience::Pupil);
        if let Some(change) = pupils.and_then(|shift| shift.relative.get(&Group::Car)) {
            self.compared += 1;
            self.fewer_cars += usize::from(*change < 0.0);
        }
    }

    fn add_answers(&mut self, audience: Audience, survey: &Survey<'_>) {
        let questions = [
            (&survey.figures.current, &survey.current),
            (&survey.figures.preferred, &survey.preferred),
        ];
        for group in GROUPS {
            let sums = self.shares.entry((audience, group)).or_default();
            for (sum, (counts, answers)) in sums.iter_mut().zip(questions) {
                sum.add(counts, answers, group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use events::Mode;
    use footprint::disclosure::answers;

    #[test]
    fn a_trust_adds_up_the_answers_of_its_schools() {
        let view = fixtures::view();
        let trust = TrustTravel::of(&view);
        let [current, _] = trust.shares[&(Audience::Pupil, Group::Car)];
        let counts = view.schools.iter().filter_map(|school| {
            let survey = school.travel.surveys.get(&Audience::Pupil)?;
            let cars = survey.current[&events::Mode::Car];
            Some((f64::from(cars), f64::from(survey.responses)))
        });
        let sums = counts.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        assert_eq!(
            (current.share(), current.schools),
            (Some(sums.0 / sums.1), 14)
        );
        assert_eq!(trust.held.values().sum::<usize>(), fixtures::SCHOOLS);
        assert_eq!((trust.compared, trust.fewer_cars), (5, 5));
    }

    /// Schools with these numbers of people who walk and who come by car.
    fn sum(schools: &[(u32, u32)]) -> Sum {
        let mut sum = Sum::default();
        for (walk, car) in schools {
            let counts = [(Mode::Walk, *walk), (Mode::Car, *car)].into();
            sum.add(&counts, &answers(&counts), Group::Car);
        }
        sum
    }

    #[test]
    fn a_trust_reveals_no_share_that_a_school_withholds() {
        let one = sum(&[(60, 40), (58, 2)]);
        assert_eq!((one.share(), one.schools, one.surveyed), (Some(0.4), 1, 2));
        // With two schools the suppressed answers could be either's, but another period may have only one of them.
        let two = sum(&[(60, 40), (58, 2), (36, 4)]);
        assert_eq!((two.share(), two.schools), (None, 1));
    }
}
