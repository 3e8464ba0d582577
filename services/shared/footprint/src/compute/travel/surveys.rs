//! Sums of surveys, per audience and mode.

use std::collections::BTreeMap;

use events::{AcademicYear, Audience, Mode, ModeCounts, TravelSurveyed};
use polars::prelude::*;

use super::super::Frame;
use super::counted_surveys::CountedSurveys;
use crate::message::SurveyFigures;
use crate::period::Days;
use crate::roll_doubt::RollDoubt;

type ByAudience = BTreeMap<Audience, SurveyFigures>;

/// The surveys of one footprint.
#[derive(Clone, Default)]
pub(super) struct Surveys {
    pub now: ByAudience,
    pub earlier: BTreeMap<AcademicYear, ByAudience>,
}

/// A sum to build: a footprint's surveys of an audience, either those that count now or those of an earlier year.
struct Sum {
    frame: usize,
    earlier: Option<AcademicYear>,
    audience: Audience,
    figures: SurveyFigures,
}

/// One row per survey and mode: the sum it adds to, and the counts.
#[derive(Default)]
struct Rows {
    sum: Vec<u32>,
    mode: Vec<u32>,
    current: Vec<u32>,
    preferred: Vec<u32>,
}

/// The surveys of each footprint.
pub(super) fn figures(frames: &[Frame<'_>]) -> PolarsResult<Vec<Surveys>> {
    let (mut sums, mut rows) = (Vec::new(), Rows::default());
    for (number, frame) in frames.iter().enumerate() {
        let counted = CountedSurveys::of(frame);
        add_surveys(number, None, &counted.now, &mut sums, &mut rows);
        for (year, surveys) in &counted.earlier {
            add_surveys(number, Some(*year), surveys, &mut sums, &mut rows);
        }
    }
    count(rows, &mut sums)?;
    let mut all = vec![Surveys::default(); frames.len()];
    for sum in sums {
        if let Some(surveys) = all.get_mut(sum.frame) {
            let of = match sum.earlier {
                None => &mut surveys.now,
                Some(year) => surveys.earlier.entry(year).or_default(),
            };
            of.insert(sum.audience, sum.figures);
        }
    }
    Ok(all)
}

fn add_surveys(
    frame: usize,
    earlier: Option<AcademicYear>,
    surveys: &[&TravelSurveyed],
    sums: &mut Vec<Sum>,
    rows: &mut Rows,
) {
    for survey in surveys {
        let audience = survey.audience;
        let is_of =
            |sum: &Sum| (sum.frame, sum.earlier, sum.audience) == (frame, earlier, audience);
        let place = sums.iter().rposition(is_of).unwrap_or_else(|| {
            sums.push(Sum {
                frame,
                earlier,
                audience,
                figures: SurveyFigures::default(),
            });
            sums.len() - 1
        });
        let figures = &mut sums[place].figures;
        figures.roll += survey.members();
        let on = survey.surveyed_on;
        let known = figures.asked.unwrap_or(Days { from: on, to: on });
        figures.asked = Some(Days {
            from: known.from.min(on),
            to: known.to.max(on),
        });
        for (mode, nth) in Mode::ALL.iter().zip(0..) {
            rows.sum.push(place as u32);
            rows.mode.push(nth);
            rows.current.push(count_of_mode(&survey.current, *mode));
            rows.preferred.push(count_of_mode(&survey.preferred, *mode));
        }
    }
}

/// No group of a school has more pupils than the school, nor do all groups together. If they do, a roll was wrong, or one group
/// was perhaps surveyed under two names.
pub(super) fn roll_doubts(frame: &Frame<'_>) -> Vec<RollDoubt> {
    let Some(census) = &frame.roll else {
        return Vec::new();
    };
    let (school_pupils, census_date) = (census.pupils, census.census_date);
    let counted = CountedSurveys::of(frame);
    let pupils = counted.now.iter();
    let pupils = pupils.filter(|survey| survey.audience == Audience::Pupil);
    let groups: Vec<_> = pupils
        .map(|survey| (&survey.group, u64::from(survey.members())))
        .collect();
    let is_more = |pupils: u64| pupils > u64::from(school_pupils);
    let too_large = groups.iter().filter(|(_, pupils)| is_more(*pupils));
    let mut doubts: Vec<_> = too_large
        .map(|(group, pupils)| RollDoubt::Group {
            group: (*group).clone(),
            pupils: *pupils,
            school_pupils,
            census_date,
        })
        .collect();
    let together = groups.iter().map(|(_, pupils)| pupils).sum();
    if doubts.is_empty() && is_more(together) {
        doubts.push(RollDoubt::Groups {
            pupils: together,
            school_pupils,
            census_date,
        });
    }
    doubts
}

fn count_of_mode(counts: &ModeCounts, mode: Mode) -> u32 {
    counts.get(&mode).copied().unwrap_or(0)
}

fn count(rows: Rows, sums: &mut [Sum]) -> PolarsResult<()> {
    let counted = DataFrame::new(
        rows.sum.len(),
        vec![
            Column::new("sum".into(), rows.sum),
            Column::new("mode".into(), rows.mode),
            Column::new("current".into(), rows.current),
            Column::new("preferred".into(), rows.preferred),
        ],
    )?
    .lazy()
    .group_by([col("sum"), col("mode")])
    .agg([col("current").sum(), col("preferred").sum()])
    .collect()?;
    let numbers = |name: &str| {
        counted
            .column(name)
            .and_then(|column| column.u32().cloned())
    };
    let (sum, mode) = (numbers("sum")?, numbers("mode")?);
    let (current, preferred) = (numbers("current")?, numbers("preferred")?);
    for at in 0..counted.height() {
        let number = |column: &UInt32Chunked| column.get(at).unwrap_or_default();
        let (Some(sum), Some(mode)) = (
            sums.get_mut(number(&sum) as usize),
            Mode::ALL.get(number(&mode) as usize),
        ) else {
            continue;
        };
        sum.figures.responses += number(&current);
        note(&mut sum.figures.current, *mode, number(&current));
        note(&mut sum.figures.preferred, *mode, number(&preferred));
    }
    Ok(())
}

fn note(counts: &mut ModeCounts, mode: Mode, count: u32) {
    if count > 0 {
        counts.insert(mode, count);
    }
}
