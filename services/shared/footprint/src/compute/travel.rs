//! Surveys added up: the latest of every group, per audience and mode.

use std::collections::BTreeMap;

use events::{Audience, Data, Mode, TravelSurveyed};
use polars::prelude::*;

use super::Frame;
use crate::ledger::Identity;
use crate::message::SurveyFigures;

/// The surveys of each footprint.
pub(super) type Surveys = Vec<BTreeMap<Audience, SurveyFigures>>;

const MODES: [Mode; 11] = [
    Mode::Walk,
    Mode::Scoot,
    Mode::Cycle,
    Mode::ParkAndStride,
    Mode::CarShare,
    Mode::Car,
    Mode::PublicBus,
    Mode::SchoolBus,
    Mode::Taxi,
    Mode::Rail,
    Mode::Other,
];

const AUDIENCES: [Audience; 2] = [Audience::Pupil, Audience::Staff];

/// The hands-up figures of each footprint.
pub(super) fn surveys(frames: &[Frame<'_>]) -> PolarsResult<Surveys> {
    let (mut frame, mut audience, mut mode) = (Vec::new(), Vec::new(), Vec::new());
    let (mut current, mut preferred) = (Vec::new(), Vec::new());
    let mut all: Surveys = vec![BTreeMap::new(); frames.len()];
    for (number, of) in frames.iter().enumerate() {
        for survey in latest_of_every_group(of) {
            let figures = all[number].entry(survey.audience).or_default();
            figures.roll += survey.roll;
            for (at, asked) in MODES.iter().enumerate() {
                frame.push(number as u32);
                audience.push(survey.audience as u32);
                mode.push(at as u32);
                current.push(survey.current.get(asked).copied().unwrap_or(0));
                preferred.push(survey.preferred.get(asked).copied().unwrap_or(0));
            }
        }
    }
    let counted = DataFrame::new(
        frame.len(),
        vec![
            Column::new("frame".into(), frame),
            Column::new("audience".into(), audience),
            Column::new("mode".into(), mode),
            Column::new("current".into(), current),
            Column::new("preferred".into(), preferred),
        ],
    )?
    .lazy()
    .group_by([col("frame"), col("audience"), col("mode")])
    .agg([col("current").sum(), col("preferred").sum()])
    .collect()?;
    let numbers = |name: &str| {
        counted
            .column(name)
            .and_then(|column| column.u32().cloned())
    };
    let (frame, audience, mode) = (numbers("frame")?, numbers("audience")?, numbers("mode")?);
    let (current, preferred) = (numbers("current")?, numbers("preferred")?);
    for at in 0..counted.height() {
        let number = |column: &UInt32Chunked| column.get(at).unwrap_or_default();
        let (Some(figures), Some(asked), Some(mode)) = (
            all.get_mut(number(&frame) as usize),
            AUDIENCES
                .iter()
                .find(|audience_of| **audience_of as u32 == number(&audience)),
            MODES.get(number(&mode) as usize),
        ) else {
            continue;
        };
        let figures = figures.entry(*asked).or_default();
        figures.responses += number(&current);
        note(&mut figures.current, *mode, number(&current));
        note(&mut figures.preferred, *mode, number(&preferred));
    }
    Ok(all)
}

fn note(counts: &mut BTreeMap<Mode, u32>, mode: Mode, count: u32) {
    if count > 0 {
        *counts.entry(mode).or_default() += count;
    }
}

fn latest_of_every_group<'a>(frame: &Frame<'a>) -> Vec<&'a TravelSurveyed> {
    type Rank<'a> = (chrono::NaiveDate, i64, &'a Identity);
    let mut latest: BTreeMap<(Audience, &str), (Rank<'_>, &TravelSurveyed)> = BTreeMap::new();
    for (identity, fact) in frame.subject.story.facts() {
        let Data::TravelSurveyed(survey) = &fact.data else {
            continue;
        };
        if !frame.counted.contains(survey.surveyed_on) {
            continue;
        }
        let rank = (survey.surveyed_on, fact.issued, identity);
        let group = (survey.audience, survey.group.as_str());
        if latest.get(&group).is_none_or(|(held, _)| rank > *held) {
            latest.insert(group, (rank, survey));
        }
    }
    latest.into_values().map(|(_, survey)| survey).collect()
}
