//! The published part of a school's travel: figures and assessment, without numbers that would reveal how a few people travel.

mod trust;

use std::collections::BTreeMap;

use events::{AcademicYear, Audience};
use footprint::disclosure::{Answers, Group, Shown, answers};
use footprint::stars::{self, Assessment, Response};
use footprint::{Footprint, SurveyFigures};

pub(crate) use trust::TrustTravel;

/// Travel of one school over one period.
pub(crate) struct Travel<'a> {
    pub(crate) assessment: Assessment,
    /// The surveys that count now, by audience.
    pub(crate) surveys: BTreeMap<Audience, Survey<'a>>,
    /// The surveys of earlier years.
    pub(crate) earlier: BTreeMap<AcademicYear, BTreeMap<Audience, Survey<'a>>>,
    /// The change since an earlier survey, by audience.
    pub(crate) shifts: BTreeMap<Audience, Shift>,
}

/// An audience's surveys of one year.
pub(crate) struct Survey<'a> {
    pub(crate) figures: &'a SurveyFigures,
    pub(crate) responses: Shown,
    pub(crate) current: Answers,
    pub(crate) preferred: Answers,
}

/// How shares have changed, as fractions of the earlier shares.
pub(crate) struct Shift {
    /// The academic year of the earlier shares.
    pub(crate) since: AcademicYear,
    /// The relative changes of the groups for which both shares may be published.
    pub(crate) relative: BTreeMap<Group, f64>,
}

impl<'a> Travel<'a> {
    pub(crate) fn of(school: &'a Footprint) -> Self {
        let travel = &school.travel;
        let surveys = surveys(&travel.surveys);
        let earlier: BTreeMap<_, _> = travel
            .earlier
            .iter()
            .map(|(year, of_year)| (*year, self::surveys(of_year)))
            .collect();
        let shift = |audience: &Audience| {
            let since = stars::shift(travel, *audience)?.since;
            let (before, now) = (earlier.get(&since)?.get(audience)?, surveys.get(audience)?);
            let shift = Shift {
                since,
                relative: relative(before, now),
            };
            Some((*audience, shift))
        };
        Travel {
            assessment: stars::assess(school),
            shifts: surveys.keys().filter_map(shift).collect(),
            surveys,
            earlier,
        }
    }

    /// How many of the people who were to be asked answered; none if it would reveal answers of a few.
    pub(crate) fn response(&self, audience: Audience) -> Option<Response> {
        self.surveys.get(&audience)?.responses.count()?;
        self.assessment.responses.get(&audience).copied()
    }
}

fn surveys(of: &BTreeMap<Audience, SurveyFigures>) -> BTreeMap<Audience, Survey<'_>> {
    let survey = |figures| Survey::of(figures);
    of.iter()
        .map(|(audience, figures)| (*audience, survey(figures)))
        .collect()
}

fn relative(before: &Survey<'_>, now: &Survey<'_>) -> BTreeMap<Group, f64> {
    let (before, now) = (&before.current.shares, &now.current.shares);
    let of_group = |(group, now): (&Group, &f64)| {
        Some((*group, stars::relative_change(*before.get(group)?, *now)?))
    };
    now.iter().filter_map(of_group).collect()
}

impl<'a> Survey<'a> {
    fn of(figures: &'a SurveyFigures) -> Self {
        let current = answers(&figures.current);
        Survey {
            figures,
            responses: current.total,
            current,
            preferred: answers(&figures.preferred),
        }
    }

    /// How much larger the share of people who would like to come this way is than the share who do.
    pub(crate) fn wish_gap(&self, group: Group) -> Option<f64> {
        Some(self.preferred.shares.get(&group)? - self.current.shares.get(&group)?)
    }

    /// The academic year of the surveys.
    pub(crate) fn year(&self) -> Option<AcademicYear> {
        Some(AcademicYear::of(self.figures.asked?.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn a_shift_is_shown_where_both_its_shares_are() {
        let school = fixtures::school(1);
        let travel = Travel::of(&school);
        let shift = &travel.shifts[&Audience::Pupil];
        assert_eq!(shift.since, AcademicYear::beginning(2023));
        let (before, now) = (
            &travel.earlier[&shift.since][&Audience::Pupil]
                .current
                .shares,
            &travel.surveys[&Audience::Pupil].current.shares,
        );
        for (group, relative) in &shift.relative {
            assert_eq!(*relative, (now[group] - before[group]) / before[group]);
        }
        assert!(shift.relative[&Group::Car] < 0.0, "fewer cars than before");
    }

    #[test]
    fn a_response_of_a_few_has_no_ratio() {
        let mut school = fixtures::school(0);
        let response_of = |school: &Footprint| Travel::of(school).response(Audience::Pupil);
        assert!(response_of(&school).is_some_and(|response| response.need_percent == 80));
        let survey = school.travel.surveys.get_mut(&Audience::Pupil).unwrap();
        survey.current = [(events::Mode::Walk, 3)].into();
        assert_eq!(response_of(&school), None);
    }
}
