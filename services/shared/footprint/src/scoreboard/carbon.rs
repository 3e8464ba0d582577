//! Target 7: the carbon intensity ratio falls.

use events::MilligramsCo2e;

use super::evidence::filed;
use super::{Asked, DecidedBy, KpiScore, said};
use crate::message::{Days, Footprint, GapEstimate, GapTotals, Period, Verdict};

const NUMBER: u8 = 7;
const UNIT: &str = "tCO2e per pupil";

/// Met when the trust's intensity over a whole year is at most the year's target, or, where none is set, below the
/// baseline. A part-year cannot be held against a year, and a total that is not complete is no total: both are not
/// evidenced. Missing half-hours make a total too low, so one that keeps the target is believed only if it would still do
/// so with what they may have held; one that misses it has missed it. The schools are held against the same, each by its
/// own figures, for information.
pub(super) fn score(asked: &Asked<'_>) -> KpiScore {
    let limit = Limit::of(asked);
    let figures = of_trust(asked);
    let (verdict, why) = judge(&figures, &limit);
    let each = |school: &Footprint| {
        let (verdict, why) = judge(&of_school(school), &limit);
        (
            verdict,
            why,
            filed(school, NUMBER, asked.last_day, |_| true),
        )
    };
    KpiScore {
        number: NUMBER,
        title: "Carbon intensity falls",
        decided_by: DecidedBy::Trust,
        verdict,
        why,
        target: limit.said(),
        actual: figures
            .ratio
            .map(|ratio| format!("{ratio:.3} {UNIT}{}", so_far(figures.period))),
        evidence: Vec::new(),
        schools: asked.each_school(each),
    }
}

/// What an intensity is held against.
enum Limit {
    /// A year's target.
    AtMost(f64, events::AcademicYear),
    /// The baseline.
    Below(f64),
}

impl Limit {
    fn of(asked: &Asked<'_>) -> Self {
        let set = asked.targets.tco2e_per_pupil;
        set.map_or(Limit::Below(asked.baseline), |most| {
            Limit::AtMost(most, asked.year)
        })
    }

    fn value(&self) -> f64 {
        match self {
            Limit::AtMost(value, _) | Limit::Below(value) => *value,
        }
    }

    fn is_kept_by(&self, ratio: f64) -> bool {
        match self {
            Limit::AtMost(most, _) => ratio <= *most,
            Limit::Below(baseline) => ratio < *baseline,
        }
    }

    /// What is asked, in full.
    fn said(&self) -> String {
        match self {
            Limit::AtMost(most, year) => format!("at most {most:.3} {UNIT} for {year}"),
            Limit::Below(baseline) => format!("below the baseline of {baseline:.3} {UNIT}"),
        }
    }

    /// A figure against it, told apart from it.
    fn against(&self, ratio: f64) -> String {
        let (has, asks) = said::apart(ratio, self.value(), 3);
        match self {
            Limit::AtMost(_, year) => format!("{has} {UNIT} against at most {asks} for {year}"),
            Limit::Below(_) => format!("{has} {UNIT} against the baseline of {asks}"),
        }
    }
}

/// An intensity, and what it rests on.
struct Figures {
    period: Period,
    ratio: Option<f64>,
    pupils: Option<f64>,
    incomplete: Vec<String>,
    /// Half-hours that should have come and did not.
    missing: i64,
    expected: i64,
    present: i64,
    /// Of the missing, those that an estimate stands for, and its carbon.
    estimated: (i64, MilligramsCo2e),
    /// Why it is not of the whole year, where it is not.
    part: Option<String>,
}

fn of_trust(asked: &Asked<'_>) -> Figures {
    let trust = asked.trust;
    let sum = |of: fn(&Footprint) -> i64| trust.schools.iter().map(|school| of(school)).sum();
    let expected: i64 = sum(|school| school.coverage.expected);
    let present: i64 = sum(|school| school.coverage.present);
    let estimates = trust.schools.iter().flat_map(|school| &school.estimates);
    let without = trust.schools.iter().filter(|school| unmetered(school) > 0);
    let part = match without.count() {
        0 => None,
        count => Some(format!(
            "{count} of {} schools had no meter registered on some of the days",
            trust.schools.len()
        )),
    };
    Figures {
        period: trust.period,
        ratio: trust.tonnes_per_pupil,
        pupils: trust.pupils,
        incomplete: trust.incomplete.to_vec(),
        missing: (expected - present).max(0),
        expected,
        present,
        estimated: estimated(estimates),
        part,
    }
}

fn of_school(school: &Footprint) -> Figures {
    let passed = passed(school.period);
    let away = passed.count() - school.member.and(passed).count();
    let unmetered = unmetered(school);
    let part = match () {
        () if away > 0 => Some(format!(
            "the school was in the trust on {} of {} days only",
            passed.count() - away,
            passed.count()
        )),
        () if unmetered > 0 => Some(format!("no meter was registered on {unmetered} days")),
        () => None,
    };
    let coverage = &school.coverage;
    Figures {
        period: school.period,
        ratio: school.tonnes_per_pupil(),
        pupils: school.pupils_in_ratio(),
        incomplete: school.incomplete.clone(),
        missing: (coverage.expected - coverage.present).max(0),
        expected: coverage.expected,
        present: coverage.present,
        estimated: estimated(&school.estimates),
        part,
    }
}

/// The days of a period that have passed.
fn passed(period: Period) -> Days {
    Days {
        to: super::last_passed_day(period),
        ..period.days()
    }
}

/// Days of membership on which no meter was expected to report: what was used on them is in no figure.
fn unmetered(school: &Footprint) -> i64 {
    let days = school.member.and(passed(school.period)).count();
    (days - school.coverage.days_expected).max(0)
}

/// The half-hours that are estimated, and their carbon: nothing of either where some of it has no factor.
fn estimated<'a>(estimates: impl IntoIterator<Item = &'a GapEstimate>) -> (i64, MilligramsCo2e) {
    let totals = GapTotals::of(estimates);
    totals
        .and_then(|totals| Some((totals.half_hours, totals.co2e?)))
        .unwrap_or_default()
}

impl Figures {
    /// The intensity with what the missing half-hours may have held: by their estimate, and where there is none as much
    /// as those that came held on average, which makes too much rather than too little of the lines that no meter measured.
    fn with_gaps(&self) -> Option<f64> {
        let (ratio, pupils) = (self.ratio?, self.pupils.filter(|pupils| *pupils > 0.0)?);
        let (half_hours, co2e) = self.estimated;
        let rest = (self.missing - half_hours).max(0);
        let at_average = match (rest, self.present) {
            (0, _) => 0.0,
            (_, 0) => return None,
            (rest, present) => ratio * rest as f64 / present as f64,
        };
        Some(ratio + co2e.tonnes() / pupils + at_average)
    }
}

fn judge(figures: &Figures, limit: &Limit) -> (Verdict, String) {
    let (verdict, clauses) = clauses(figures, limit);
    (verdict, said::sentence(&clauses))
}

fn clauses(figures: &Figures, limit: &Limit) -> (Verdict, Vec<String>) {
    let Some(ratio) = figures.ratio else {
        let said = format!(
            "there is no figure to hold against the target, {}",
            limit.said()
        );
        let reasons = first_of(&figures.incomplete);
        return (
            Verdict::NotEvidenced,
            [Some(said), reasons].into_iter().flatten().collect(),
        );
    };
    let against = limit.against(ratio);
    let not_evidenced = |why: String| (Verdict::NotEvidenced, vec![against.clone(), why]);
    if !is_a_year(figures.period) {
        let (done, all) = (
            passed(figures.period).count(),
            figures.period.days().count(),
        );
        let said = format!("{ratio:.3} {UNIT} so far");
        let why = format!("{done} of {all} days have passed, and the target is for a whole year");
        return (Verdict::NotEvidenced, vec![said, why]);
    }
    if let Some(reasons) = first_of(&figures.incomplete) {
        return not_evidenced(format!("the figure is not complete: {reasons}"));
    }
    if let Some(part) = &figures.part {
        return not_evidenced(format!("the figure is not of a whole year: {part}"));
    }
    let covered = covered(figures);
    if !limit.is_kept_by(ratio) {
        return (Verdict::NotMet, vec![against, covered]);
    }
    match figures.with_gaps() {
        Some(most) if limit.is_kept_by(most) => (Verdict::Met, vec![against, covered]),
        Some(most) => {
            let (most, _) = said::apart(most, limit.value(), 3);
            not_evidenced(format!(
                "{covered}, and with what the missing may have held it would be {most}"
            ))
        }
        None => not_evidenced(covered),
    }
}

/// The first reason, and how many more there are.
fn first_of(reasons: &[String]) -> Option<String> {
    match reasons {
        [] => None,
        [only] => Some(only.clone()),
        [first, rest @ ..] => Some(format!("{first}, and {} more", rest.len())),
    }
}

fn covered(figures: &Figures) -> String {
    let Figures {
        expected, missing, ..
    } = figures;
    match (expected, missing) {
        (0, _) => "no half-hours were expected".to_owned(),
        (_, 0) => "no half-hour is missing".to_owned(),
        (expected, missing) => {
            // Never rounded down to nothing.
            let percent = (*missing as f64 / *expected as f64 * 100.0).max(0.1);
            format!("{percent:.1}% of the half-hours are missing")
        }
    }
}

fn is_a_year(period: Period) -> bool {
    period.is_whole() && period.days().count() >= 365
}

fn so_far(period: Period) -> &'static str {
    if is_a_year(period) { "" } else { " so far" }
}
