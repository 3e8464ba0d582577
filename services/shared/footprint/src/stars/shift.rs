//! Changes of shares from survey to survey.

use events::{AcademicYear, Audience, Mode};

use crate::message::{SurveyFigures, TravelFigures, picked};

/// An audience's survey beside an earlier one of the same school.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift<'a> {
    /// The academic year of the earlier one.
    pub since: AcademicYear,
    /// The earlier one.
    pub before: &'a SurveyFigures,
    /// The one that counts now.
    pub now: &'a SurveyFigures,
}

/// The survey of an audience beside the earliest known one, from up to four academic years before, because Outstanding requires
/// a rise "within four years". The earliest is used and not the best, so that a share which went up and down again is no
/// progress.
pub fn shift(travel: &TravelFigures, audience: Audience) -> Option<Shift<'_>> {
    let now = travel.surveys.get(&audience).filter(is_answered)?;
    let year = now.asked.map(|days| AcademicYear::of(days.to));
    let of_audience = travel.earlier.iter().filter_map(|(of, surveys)| {
        let survey = surveys.get(&audience).filter(is_answered)?;
        Some((*of, survey))
    });
    let mut before_it = of_audience.filter(|(of, _)| year.is_none_or(|year| *of < year));
    let (since, before) = before_it.next()?;
    Some(Shift { since, before, now })
}

fn is_answered(survey: &&SurveyFigures) -> bool {
    survey.responses > 0
}

/// The modal shift as STARS publishes it: the change of a share relative to the earlier share. From 57.88% to 59.83% is 3.4%,
/// not 1.95. None if the earlier share was zero.
pub fn relative_change(before: f64, now: f64) -> Option<f64> {
    (before > 0.0).then(|| (now - before) / before)
}

/// The difference between wish and reality for a mode: the preferred share less the current one. None if either was not asked.
pub fn wish_gap(survey: &SurveyFigures, picks: impl Fn(Mode) -> bool) -> Option<f64> {
    Some(survey.preferred_share(&picks)? - survey.share(&picks)?)
}

impl Shift<'_> {
    /// The relative change of the share that `picks` some modes.
    pub fn relative(&self, picks: impl Fn(Mode) -> bool) -> Option<f64> {
        relative_change(self.before.share(&picks)?, self.now.share(&picks)?)
    }

    /// Whether the share has become smaller: compared as whole numbers, so that equal shares are equal.
    pub fn fell(&self, picks: impl Fn(Mode) -> bool) -> bool {
        let (before, now) = self.crossed(picks);
        now < before
    }

    /// Whether the share has risen by at least this many percent, relative to the earlier share.
    pub fn rose(&self, percent: u32, picks: impl Fn(Mode) -> bool) -> bool {
        let (before, now) = self.crossed(picks);
        now > before && now * 100 >= before * u128::from(100 + percent)
    }

    /// Both shares with a common denominator.
    fn crossed(&self, picks: impl Fn(Mode) -> bool) -> (u128, u128) {
        let share = |of: &SurveyFigures, other: &SurveyFigures| {
            u128::from(picked(&of.current, &picks)) * u128::from(other.responses)
        };
        (share(self.before, self.now), share(self.now, self.before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{is_active, is_car};

    /// A survey of `responses` answers with these numbers of people who walk and who come by car; the others take the bus.
    fn survey(responses: u32, walk: u32, car: u32) -> SurveyFigures {
        let bus = responses - walk - car;
        SurveyFigures {
            roll: responses,
            responses,
            current: [(Mode::Walk, walk), (Mode::Car, car), (Mode::PublicBus, bus)].into(),
            ..SurveyFigures::default()
        }
    }

    fn travel(years: &[(i32, SurveyFigures)], now: SurveyFigures) -> TravelFigures {
        let earlier = years.iter().map(|(year, survey)| {
            let of_year = [(Audience::Pupil, survey.clone())].into();
            (AcademicYear::beginning(*year), of_year)
        });
        TravelFigures {
            surveys: [(Audience::Pupil, now)].into(),
            earlier: earlier.collect(),
            ..TravelFigures::default()
        }
    }

    /// The national figures that STARS published: green modes from 57.88% to 59.83% as "a modal shift of 3.4%", which is
    /// (59.83 − 57.88) / 57.88 = 0.03369; car use from 27.66% to 25.16% as 9%, (25.16 − 27.66) / 27.66 = −0.09038; and
    /// from 27.56% to 21.43% for silver and gold as 22.2%, (21.43 − 27.56) / 27.56 = −0.22242.
    #[test]
    fn a_shift_is_relative_as_the_scheme_publishes_it() {
        let travel = travel(
            &[(2021, survey(10_000, 5_788, 2_766))],
            survey(10_000, 5_983, 2_516),
        );
        let shift = shift(&travel, Audience::Pupil).unwrap_or_else(|| unreachable!());
        let percent = |share: Option<f64>| share.map(|share| format!("{:.1}%", share * 100.0));
        assert_eq!(percent(shift.relative(is_active)).as_deref(), Some("3.4%"));
        assert_eq!(percent(shift.relative(is_car)).as_deref(), Some("-9.0%"));
        let silver_and_gold = relative_change(0.2756, 0.2143);
        assert_eq!(percent(silver_and_gold).as_deref(), Some("-22.2%"));
        assert_eq!(relative_change(0.0, 0.1), None);
    }

    #[test]
    fn a_survey_is_compared_with_the_earliest_known() {
        let travel = travel(
            &[
                (2022, SurveyFigures::default()),
                (2023, survey(100, 50, 30)),
                (2025, survey(100, 40, 40)),
            ],
            survey(200, 100, 60),
        );
        let shift = shift(&travel, Audience::Pupil).unwrap_or_else(|| unreachable!());
        assert_eq!(shift.since, AcademicYear::beginning(2023));
        // 30 of 100 and 60 of 200 are the same share.
        assert!(!shift.fell(is_car) && !shift.rose(5, is_active));
        assert_eq!(shift.relative(is_car), Some(0.0));
    }

    #[test]
    fn a_rise_of_five_percent_is_of_the_share_and_not_of_a_hundred() {
        let since = |walk| {
            let travel = travel(&[(2023, survey(100, 40, 30))], survey(100, walk, 30));
            shift(&travel, Audience::Pupil).is_some_and(|shift| shift.rose(5, is_active))
        };
        // 5% of 40 is 2.
        assert!(since(42) && !since(41));
    }

    #[test]
    fn the_wish_gap_compares_preferred_and_current_shares() {
        let mut survey = survey(100, 40, 30);
        assert_eq!(wish_gap(&survey, is_active), None);
        survey.preferred = [(Mode::Walk, 30), (Mode::Cycle, 30), (Mode::Car, 20)].into();
        // 60 of 80 would prefer it; 40 of 100 do it: 75% less 40%.
        assert_eq!(wish_gap(&survey, is_active), Some(0.75 - 0.4));
    }
}
