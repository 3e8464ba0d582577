//! Modeshift STARS: the ladder of levels, and the requirements of the next one.

use events::{Audience, InitiativeKind, StarsLevel};
use footprint::stars::{self, Criterion, Requirement};
use footprint::{Footprint, Period};
use maud::{Markup, html};

use crate::format;
use crate::rollup::passed;
use crate::travel::Travel;
use footprint::disclosure::Group;

pub(super) fn name(level: Option<StarsLevel>) -> &'static str {
    level.map_or("No level", stars::name)
}

pub(super) fn tag(level: Option<StarsLevel>) -> Markup {
    html! { span .tag .on[level.is_some()] { (name(level)) } }
}

/// The five levels, marking those held and those that could be awarded.
pub(super) fn ladder(school: &Footprint, travel: &Travel<'_>) -> Markup {
    let (held, eligible) = (travel.assessment.held, travel.assessment.eligible);
    html! {
        ol .ladder {
            @for level in stars::LEVELS {
                @let is_held = held == Some(level);
                li .on[Some(level) <= held] .near[Some(level) > held && Some(level) <= eligible]
                    aria-current=[is_held.then_some("true")] {
                    b { (stars::name(level)) }
                    small { "once " (stars::old_name(level)) }
                    @if let Some(stars) = school.travel.stars.as_ref().filter(|_| is_held) {
                        "held until " (format::day(stars.valid_until))
                    } @else if Some(level) > held && Some(level) <= eligible {
                        "counts and surveys are there"
                    }
                }
            }
        }
    }
}

/// A sentence on the level that could be applied for, or that would not be awarded again. The latter is left out for a
/// year that has only begun, because too little of it has passed.
pub(super) fn outlook(travel: &Travel<'_>, period: Period) -> Markup {
    let (held, eligible) = (travel.assessment.held, travel.assessment.eligible);
    let is_current = passed(period).to.succ_opt() == Some(period.as_of());
    let closes = Some(period.as_of())
        .filter(|_| is_current)
        .and_then(stars::window_closes);
    html! {
        @if let Some(eligible) = eligible.filter(|eligible| Some(*eligible) > held) {
            p {
                "The counts and surveys support " b { (stars::name(eligible)) } "."
                @if let Some(closes) = closes { " The scheme\u{2019}s present window closes on " (format::day(closes)) "." }
            }
        } @else if let Some(held) = held.filter(|held| period.is_whole() && eligible < Some(*held)) {
            p .warn {
                "On current evidence " (stars::name(held)) " would be lost"
                @match eligible {
                    Some(eligible) => { ": the counts and surveys support " (stars::name(eligible)) "." },
                    None => ".",
                }
            }
        }
    }
}

/// The requirements of the next level, and the school's progress.
pub(super) fn next_level(travel: &Travel<'_>) -> Markup {
    let assessment = &travel.assessment;
    let Some(next) = assessment.next else {
        return html! { p { "The highest level is held." } };
    };
    html! {
        h3 { "Towards " (stars::name(next)) }
        table {
            thead { tr { th scope="col" { "Asked" } th .n scope="col" { "So far" } th .n scope="col" { "Needed" } } }
            tbody {
                @for criterion in &assessment.criteria {
                    @let row = row(criterion, travel);
                    tr {
                        th scope="row" {
                            (row.what)
                            @if criterion.met { small .soft { "met" } }
                            @else if let Some(explanation) = row.explanation { small .warn { (explanation) } }
                        }
                        td .n { (row.have) }
                        td .n { (row.need) }
                    }
                }
            }
        }
        @if !assessment.to_show.is_empty() {
            p .soft { "Besides, STARS itself looks for:" }
            ul .soft { @for what in assessment.to_show { li { (what) } } }
        }
    }
}

/// One requirement of the next level: its name, the current value, and the required value.
struct Row {
    what: String,
    have: String,
    need: String,
    /// The explanation that a number alone does not give.
    explanation: Option<String>,
}

fn row(criterion: &Criterion, travel: &Travel<'_>) -> Row {
    let row = |what: &str, have: String, need: String| Row {
        what: what.to_owned(),
        have,
        need,
        explanation: None,
    };
    match criterion.requirement {
        Requirement::Initiatives {
            kind,
            have,
            need,
            plans_count,
        } => {
            let done = if plans_count {
                "planned or delivered"
            } else {
                "delivered"
            };
            let what = format!("{}, {done}", kind_name(kind));
            row(&what, have.to_string(), need.to_string())
        }
        Requirement::Survey {
            audience,
            need_percent,
            ..
        } => survey(criterion, audience, need_percent, travel),
        Requirement::LessCarUse { since } => shift(
            "Share of pupils by car",
            criterion,
            travel,
            Group::Car,
            since.map(|_| "a fall".to_owned()),
        ),
        Requirement::MoreActiveTravel { since } => shift(
            "Share of pupils on foot, scooter or bicycle",
            criterion,
            travel,
            Group::Active,
            since.map(|_| format!("+{}%", stars::GREEN_RISE_PERCENT)),
        ),
        Requirement::ExcellentHeld => {
            let held = name(travel.assessment.held).to_owned();
            row(
                "Level held",
                held,
                stars::name(StarsLevel::Excellent).to_owned(),
            )
        }
    }
}

fn kind_name(kind: InitiativeKind) -> &'static str {
    match kind {
        InitiativeKind::Travel => "Travel initiatives",
        InitiativeKind::Supporting => "Supporting initiatives",
        InitiativeKind::Consultation => "Consultations",
    }
}

fn survey(
    criterion: &Criterion,
    audience: Audience,
    need_percent: u32,
    travel: &Travel<'_>,
) -> Row {
    let percent = travel
        .response(audience)
        .and_then(|response| response.percent());
    Row {
        what: format!("{} who answered", format::label(&format::snake(audience))),
        have: percent.map_or("no data".to_owned(), |percent| format!("{percent}%")),
        need: format!("{need_percent}%"),
        explanation: explanation(criterion),
    }
}

/// The whole sentence, if a number alone would not explain the criterion.
fn explanation(criterion: &Criterion) -> Option<String> {
    (!criterion.met).then(|| criterion.sentence())
}

fn shift(
    what: &str,
    criterion: &Criterion,
    travel: &Travel<'_>,
    group: Group,
    need: Option<String>,
) -> Row {
    let shift = travel.shifts.get(&Audience::Pupil);
    let relative = shift.and_then(|shift| Some((shift.since, *shift.relative.get(&group)?)));
    Row {
        what: what.to_owned(),
        have: relative.map_or("no data".to_owned(), |(since, relative)| {
            format!("{} since {since}", format::signed_percent(relative, 1))
        }),
        need: need.unwrap_or_else(|| "an earlier survey".to_owned()),
        explanation: explanation(criterion),
    }
}
