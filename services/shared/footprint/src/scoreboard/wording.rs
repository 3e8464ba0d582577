//! The wording of reasons: the only module that puts them into sentences.

mod intensity;

use std::fmt;

use chrono::NaiveDate;
use events::{Audience, EvidenceKind, InitiativeKind};
use serde::{Serialize, Serializer};

use super::filed::EvidenceState;
use super::reason::{Clause, Reason, Titled, TravelWork};
use crate::message::Verdict;
use crate::stars;
pub(super) use intensity::intensity;

/// The most names in one sentence.
const NAMES: usize = 3;

/// One sentence: a capital, semicolons, a full stop.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clauses: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        let text = clauses.join("; ");
        let mut letters = text.trim_end_matches('.').chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let sentence: String = first.chain(letters).collect();
        write!(f, "{sentence}.")
    }
}

/// As the sentence.
impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Clause::SitesMeet { met, of } => {
                let meet = if *met == 1 { "meets" } else { "meet" };
                write!(f, "{met} of {of} schools {meet} it")
            }
            Clause::SitesMiss(names) => sites(f, names, "does not", "do not"),
            Clause::SitesNotEvidenced(names) => {
                sites(f, names, "is not evidenced", "are not evidenced")
            }
            Clause::SitesLeft(names) => sites(
                f,
                names,
                "has left the trust and is not asked",
                "have left the trust and are not asked",
            ),
            Clause::Registered {
                secondaries,
                primaries,
                on,
            } => write!(
                f,
                "{} are registered in the trust on {}",
                phases(*secondaries, *primaries),
                day(*on)
            ),
            Clause::AllThrough(count) => {
                let schools = counted(*count, "all-through school", "all-through schools");
                write!(f, "{schools} beside, counted as neither")
            }
            Clause::NothingFiled => f.write_str("nothing has been filed"),
            Clause::InForce {
                of,
                count,
                titles,
                until,
            } => {
                let titles = titled(titles, |_| String::new());
                match count {
                    0 => write!(f, "none of {of} filed is in force"),
                    1 => {
                        let until =
                            until.map_or(String::new(), |on| format!(", until {}", day(on)));
                        write!(f, "1 of {of} filed is in force: {titles}{until}")
                    }
                    several => write!(f, "{several} of {of} filed are in force: {titles}"),
                }
            }
            Clause::FirstToExpire { title, on } => {
                let first = titled(std::slice::from_ref(title), |_| String::new());
                write!(f, "the first to expire is {first}, on {}", day(*on))
            }
            Clause::NotInForce(titles) => f.write_str(&titled(titles, state_text)),
            Clause::KindNotInForce(kind) => write!(f, "no {} is in force", kind_name(*kind)),
            Clause::KindInForce { title, until } => {
                let until = until.map_or(String::new(), |on| format!(" until {}", day(on)));
                write!(f, "{title} is in force{until}")
            }
            Clause::KindNotFiled(kind) => write!(f, "no {} is filed", kind_name(*kind)),
            Clause::Separation { verdict, missing } => {
                f.write_str(match verdict {
                    None => "Simpler Recycling does not bind in this period",
                    Some(Verdict::Met) => "waste is separated as Simpler Recycling asks",
                    Some(Verdict::NotMet) => "waste is not separated as Simpler Recycling asks",
                    Some(Verdict::NotEvidenced) => {
                        "it is not shown that waste is separated as Simpler Recycling asks"
                    }
                })?;
                let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
                match missing.as_slice() {
                    [] => Ok(()),
                    reasons => write!(f, ": {}", reasons.join(", ")),
                }
            }
            Clause::NoWaste { least: None, year } => write!(
                f,
                "no waste is reported, and no recycling target is set for {year}"
            ),
            Clause::NoWaste {
                least: Some(least),
                year,
            } => write!(
                f,
                "no waste is reported to compare with the {} asked for {year}",
                percent(*least)
            ),
            Clause::Recycled {
                ratio,
                so_far,
                least,
                year,
            } => {
                let so_far = if *so_far { " so far" } else { "" };
                match least {
                    None => write!(
                        f,
                        "{:.1}% was recycled{so_far}; no recycling target is set for {year}",
                        ratio * 100.0
                    ),
                    Some(least) => {
                        let (share, target) = distinct_decimals(ratio * 100.0, least * 100.0, 1);
                        write!(
                            f,
                            "{share}% was recycled{so_far} against at least {target}% for {year}"
                        )
                    }
                }
            }
            Clause::UnknownRoute(ratio) => {
                write!(f, "the route of {:.1}% is unknown", ratio * 100.0)
            }
            Clause::Level { level, until } => {
                let (level, until) = (stars::name(*level), day(*until));
                write!(f, "the level {level} holds until {until}")
            }
            Clause::NoLevel(work) if work.is_empty() => {
                f.write_str("no level, initiative or survey is known")
            }
            Clause::NoLevel(work) => {
                let work: Vec<String> = work.iter().map(travel_work).collect();
                write!(
                    f,
                    "no level is held; known of this period: {}",
                    work.join(", ")
                )
            }
            Clause::Intensity(clause) => write!(f, "{clause}"),
        }
    }
}

fn sites(f: &mut fmt::Formatter<'_>, names: &[String], one: &str, several: &str) -> fmt::Result {
    let count = names.len();
    let predicate = if count == 1 { one } else { several };
    write!(f, "{count} {predicate} ({})", some_of(names))
}

/// `Our plan (Oak Primary) is a draft`
fn titled(all: &[Titled], state_text: impl Fn(&Titled) -> String) -> String {
    let one = |one: &Titled| match one.schools.as_slice() {
        [] => format!("{}{}", one.title, state_text(one)),
        schools => format!("{} ({}){}", one.title, some_of(schools), state_text(one)),
    };
    let all: Vec<String> = all.iter().map(one).collect();
    some_of(&all)
}

/// The text after a title that says why it does not count.
fn state_text(one: &Titled) -> String {
    match (one.state, one.expired) {
        (EvidenceState::InForce, _) => " is in force".to_owned(),
        (EvidenceState::Expired, Some(on)) => format!(" expired on {}", day(on)),
        (EvidenceState::Expired, None) => " expired".to_owned(),
        (EvidenceState::Draft, _) => " is a draft".to_owned(),
        (EvidenceState::Withdrawn, _) => " was withdrawn".to_owned(),
        (EvidenceState::OtherKind, _) => " is of another kind".to_owned(),
    }
}

fn kind_name(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Award => "RED Award",
        EvidenceKind::Charter => "Equality and Diversity Charter",
        EvidenceKind::Curriculum => "curriculum content",
        EvidenceKind::FundedProject => "funded project",
        EvidenceKind::SupplierStatement => "supplier's statement",
        EvidenceKind::SustainabilityPlan => "Environmental Sustainability Plan",
        EvidenceKind::EfficiencyMeasure => "efficiency measure",
        EvidenceKind::CollectionAssessment => "collector's assessment",
        EvidenceKind::Report => "report",
    }
}

fn travel_work(work: &TravelWork) -> String {
    let (kind, count, delivered) = match *work {
        TravelWork::Survey(Audience::Pupil) => return "surveys of pupils".to_owned(),
        TravelWork::Survey(Audience::Staff) => return "surveys of staff".to_owned(),
        TravelWork::Initiatives {
            kind,
            count,
            delivered,
        } => (kind, count, delivered),
    };
    let name = match kind {
        InitiativeKind::Travel => "travel initiative",
        InitiativeKind::Supporting => "supporting initiative",
        InitiativeKind::Consultation => "consultation",
    };
    let plural = if count == 1 { "" } else { "s" };
    let how_far = if delivered { "delivered" } else { "planned" };
    format!("{count} {name}{plural} {how_far}")
}

/// `3 secondaries and 12 primaries`
pub(super) fn phases(secondaries: usize, primaries: usize) -> String {
    format!(
        "{} and {}",
        counted(secondaries, "secondary", "secondaries"),
        counted(primaries, "primary", "primaries")
    )
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// A target as text: `55%`, `52.5%`.
pub(super) fn percent(ratio: f64) -> String {
    format!("{}%", (ratio * 1000.0).round() / 10.0)
}

/// `A, B and C`, or `A, B, C and 4 more`.
fn some_of(names: &[String]) -> String {
    let (shown, rest) = names.split_at(names.len().min(NAMES));
    match (shown, rest.len()) {
        ([], _) => String::new(),
        ([only], 0) => only.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `31 October 2026`
fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A figure and its limit with as many decimals as it takes to tell them apart, at least `places`: a figure that just misses a
/// target must not look as if it had reached it.
fn distinct_decimals(figure: f64, limit: f64, places: usize) -> (String, String) {
    let mut written = (format!("{figure:.places$}"), format!("{limit:.places$}"));
    for places in places + 1..=9 {
        if written.0 != written.1 || figure == limit {
            break;
        }
        written = (format!("{figure:.places$}"), format!("{limit:.places$}"));
    }
    written
}

#[cfg(test)]
mod tests;
