//! How pupils and staff travel, and what the school does about it: the material of Modeshift STARS.

mod class;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::ToSchema;

use crate::FieldError;
use crate::check::{PEOPLE, must, not_before, text, within};

/// A way to travel to school.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    IntoStaticStr,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Mode {
    /// On foot, or by wheelchair.
    Walk,
    /// Scooter or skates.
    Scoot,
    /// Bicycle.
    Cycle,
    /// By car, then on foot for the last five to ten minutes.
    ParkAndStride,
    /// A car shared with another family.
    CarShare,
    /// Car or motorcycle.
    Car,
    /// Public service bus.
    PublicBus,
    /// School bus.
    SchoolBus,
    /// Taxi.
    Taxi,
    /// Train or tram.
    Rail,
    /// Anything else.
    Other,
}

impl Mode {
    /// All of them.
    pub const ALL: [Mode; 11] = [
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

    /// The mode's spelling in events.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Counts by mode. A mode that no respondent chose may be left out.
pub type ModeCounts = BTreeMap<Mode, u32>;

/// The group of people that a survey asked.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    IntoStaticStr,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Audience {
    /// Pupils.
    Pupil,
    /// Staff.
    Staff,
}

impl Audience {
    /// The spelling in events.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// `travel.surveyed.v1`: one hands-up survey of one class, year group or staff room. Counts only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelSurveyed {
    /// The local day of the survey.
    #[serde(deserialize_with = "crate::written::one")]
    pub surveyed_on: NaiveDate,
    /// The audience of the survey.
    pub audience: Audience,
    /// Which class or group: `Year 4`, `7B`, `Teaching staff`. A later survey of the same group in the same academic year
    /// replaces it; [`Self::class`] defines which spellings are one group.
    pub group: String,
    /// The size of the group, including members who did not answer; the response rate is a share of it. Never less than the
    /// number of answers.
    pub roll: u32,
    /// How they travelled.
    pub current: ModeCounts,
    /// How they would prefer to travel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub preferred: ModeCounts,
    /// How far they travelled, if the survey asked: commuting emissions are computed from this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub journeys: Vec<Journeys>,
}

/// A number of people who came by one mode from one distance band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journeys {
    /// The mode.
    pub mode: Mode,
    /// The band's lower end, one way, in kilometres.
    pub from_km: f64,
    /// Its upper end. The middle of the band is used for figures.
    pub to_km: f64,
    /// The number of people.
    pub count: u32,
}

impl TravelSurveyed {
    /// The group, whatever its spelling: `Year 3`, `Y3` and `year3` are one.
    pub fn class(&self) -> String {
        Self::class_of(&self.group)
    }

    /// A group, whatever its spelling.
    pub fn class_of(group: &str) -> String {
        class::class(group)
    }

    /// The known size of the group: its roll, or the number of answers if that is larger.
    pub fn members(&self) -> u32 {
        let most = self.answers().map(|(_, answers)| answers).max();
        let answered = most.map_or(0, |most| u32::try_from(most).unwrap_or(u32::MAX));
        self.roll.max(answered)
    }

    /// How many answered each question.
    fn answers(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let sum = |counts: &ModeCounts| -> u64 { counts.values().copied().map(u64::from).sum() };
        let journeys = self.journeys.iter();
        let journeys: u64 = journeys.map(|journeys| u64::from(journeys.count)).sum();
        [
            ("/data/current", sum(&self.current)),
            ("/data/preferred", sum(&self.preferred)),
            ("/data/journeys", journeys),
        ]
        .into_iter()
    }

    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        text("/data/group", &self.group)?;
        within("/data/roll", self.roll, PEOPLE)?;
        let mut current = self.current.values();
        current.try_for_each(|count| within("/data/current", *count, PEOPLE))?;
        let mut preferred = self.preferred.values();
        preferred.try_for_each(|count| within("/data/preferred", *count, PEOPLE))?;
        must(
            self.journeys.len() <= 500,
            "/data/journeys",
            "at most 500 bands",
        )?;
        for (index, journeys) in self.journeys.iter().enumerate() {
            let pointer = |field| format!("/data/journeys/{index}/{field}");
            within(&pointer("from_km"), journeys.from_km, 0.0..=500.0)?;
            within(&pointer("to_km"), journeys.to_km, journeys.from_km..=500.0)?;
            within(&pointer("count"), journeys.count, PEOPLE)?;
        }
        let roll = self.roll;
        for (pointer, answers) in self.answers() {
            let rule = format_args!(
                "the answers of at most {roll} people, the roll of the group; it counts {answers}"
            );
            must(answers <= u64::from(roll), pointer, rule)?;
        }
        Ok(())
    }
}

/// Which of the scheme's counts an initiative adds to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InitiativeKind {
    /// Walking, scooting, cycling, road safety, smarter driving, public transport.
    Travel,
    /// Promotion, curriculum, partnerships, funding.
    Supporting,
    /// A consultation.
    Consultation,
}

/// The progress of an initiative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitiativeStatus {
    /// Planned.
    Planned,
    /// Done.
    Delivered,
}

/// `travel.initiative.v1`: something a school does about travel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelInitiative {
    /// Its name. A later event with the same title in the same academic year replaces it.
    pub title: String,
    /// Which count it adds to.
    pub kind: InitiativeKind,
    /// The scheme's category, such as `walking` or `curriculum`.
    pub category: String,
    /// Its progress.
    pub status: InitiativeStatus,
    /// The day it began, or is planned to begin.
    #[serde(deserialize_with = "crate::written::one")]
    pub started_on: NaiveDate,
    /// The day it ended.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub ended_on: Option<NaiveDate>,
    /// The number of people who took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<u32>,
}

impl TravelInitiative {
    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        text("/data/title", &self.title)?;
        text("/data/category", &self.category)?;
        not_before("/data/ended_on", self.started_on, self.ended_on)?;
        self.participants
            .map_or(Ok(()), |count| within("/data/participants", count, PEOPLE))
    }
}

/// The levels of Modeshift STARS Education, in their order; the old colour names in brackets.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StarsLevel {
    /// Approved (Green).
    Approved,
    /// Good (Bronze).
    Good,
    /// Very Good (Silver).
    VeryGood,
    /// Excellent (Gold).
    Excellent,
    /// Outstanding (Platinum).
    Outstanding,
}

/// `travel.accredited.v1`: a level was awarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelAccredited {
    /// Which level.
    pub level: StarsLevel,
    /// The day of the award.
    #[serde(deserialize_with = "crate::written::one")]
    pub awarded_on: NaiveDate,
    /// The last day on which the award is valid.
    #[serde(deserialize_with = "crate::written::one")]
    pub valid_until: NaiveDate,
}

impl TravelAccredited {
    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        not_before("/data/valid_until", self.awarded_on, Some(self.valid_until))
    }
}
