//! Schools' travel initiatives: planned each September, delivered through the year.

use chrono::{Days, NaiveDate};
use events::{
    AcademicYear, Data, Event, InitiativeKind, InitiativeStatus, SettlementDay, StarsLevel,
    TravelInitiative,
};

use super::schools::School;
use super::travel::FEED;
use super::{MadeUpTrust, event};

/// Categories with their titles.
type Catalogue = [(&'static str, &'static [&'static str])];

const TRAVEL: &Catalogue = &[
    (
        "walking",
        &[
            "Walk to School Week",
            "Walking bus from the library",
            "Happy Shoesday",
            "Park and stride from the church hall",
            "Walk once a week",
            "Phonics on foot",
            "Walking map",
        ],
    ),
    (
        "cycling",
        &[
            "Bike to School Week",
            "Cycle training for Year 6",
            "Scooter training",
            "Balance bikes in Reception",
            "Dr Bike repair morning",
            "Bike library",
            "New cycle shelter",
        ],
    ),
    (
        "road safety",
        &[
            "Junior road safety officers",
            "Be Bright Be Seen day",
            "School street on Fridays",
            "Pedestrian training",
            "Speed watch with the police",
        ],
    ),
    (
        "smarter driving",
        &[
            "Engines off campaign",
            "Car-share board for staff",
            "Parking pledge",
        ],
    ),
    (
        "public transport",
        &[
            "Catch the bus week",
            "Bus pass help desk",
            "Safe on the bus lesson",
        ],
    ),
];
const SUPPORTING: &Catalogue = &[
    (
        "promotion",
        &[
            "Travel notice board",
            "Newsletter column",
            "Assembly on active travel",
            "Open evening stall",
            "Travel page of the website",
        ],
    ),
    (
        "curriculum",
        &[
            "Journey maps in geography",
            "Air quality experiment",
            "Poster competition",
            "Step counting in maths",
            "Design a bike in art",
        ],
    ),
    (
        "partnerships",
        &[
            "Parish council walkabout",
            "Bike shop partnership",
            "Parents' travel group",
            "Health visitor talk",
            "Grant for the scooter pod",
        ],
    ),
];
const CONSULTATION: &Catalogue = &[(
    "consultation",
    &[
        "Pupils' travel council",
        "Parents' survey",
        "Staff survey",
        "Governors' review",
        "Neighbours' meeting",
        "Bus users' forum",
        "Site audit with pupils",
        "Feedback on the school street",
        "New starters' evening",
        "Travel plan review",
    ],
)];

impl MadeUpTrust {
    /// A school's initiatives of one year: each once as planned and, if it was carried out, again as delivered.
    pub(super) fn initiatives(&self, school: &School, year: AcademicYear) -> Vec<Event> {
        // As many travel, supporting and consultation initiatives as the scheme requires.
        let (travel, supporting, consultations) = match school.stars {
            None => (3, 1, 0),
            // Two schools do more than the level they hold requires.
            Some(StarsLevel::Good) if school.number % 8 == 5 => (21, 11, 8),
            Some(StarsLevel::Approved | StarsLevel::Good) => (10, 5, 2),
            Some(StarsLevel::VeryGood) => (20, 10, 7),
            Some(StarsLevel::Excellent | StarsLevel::Outstanding) => (25, 15, 10),
        };
        let groups = [
            (InitiativeKind::Travel, TRAVEL, travel),
            (InitiativeKind::Supporting, SUPPORTING, supporting),
            (InitiativeKind::Consultation, CONSULTATION, consultations),
        ];
        let mut filed = Vec::new();
        for (kind, catalogue, count) in groups {
            for (nth, (category, title)) in titles(catalogue).take(count).enumerate() {
                let chance = self.chance.about(title).of(school.number);
                let of_year = chance.of(year.ends_in().unsigned_abs().into());
                let initiative = TravelInitiative {
                    title: title.to_owned(),
                    kind,
                    category: category.to_owned(),
                    status: InitiativeStatus::Planned,
                    // At the same time every year, so that any twelve months contain each once.
                    started_on: year.first_day() + Days::new(25 + chance.below(270)),
                    ended_on: None,
                    participants: None,
                };
                filed.push(of_school(
                    school,
                    year.first_day() + Days::new(14),
                    &initiative,
                ));
                // A school at the first level has plans, and has begun every other one.
                if school.stars == Some(StarsLevel::Approved) && nth % 2 == 1 {
                    continue;
                }
                let ended_on = initiative.started_on + Days::new(of_year.of(1).below(15));
                let took_part = f64::from(school.pupils) * of_year.of(2).between(0.05, 0.9);
                let delivered = TravelInitiative {
                    status: InitiativeStatus::Delivered,
                    ended_on: Some(ended_on),
                    participants: Some(took_part.round() as u32),
                    ..initiative
                };
                filed.push(of_school(school, ended_on, &delivered));
            }
        }
        filed
    }
}

/// Takes titles from the categories in turn, so that even a few titles cover several.
fn titles(catalogue: &Catalogue) -> impl Iterator<Item = (&'static str, &'static str)> {
    let longest = catalogue.iter().map(|(_, titles)| titles.len()).max();
    (0..longest.unwrap_or(0)).flat_map(move |nth| {
        let nth_of = move |(category, titles): &(&'static str, &'static [&'static str])| {
            titles.get(nth).map(|title| (*category, *title))
        };
        catalogue.iter().filter_map(nth_of)
    })
}

fn of_school(school: &School, filed_on: NaiveDate, initiative: &TravelInitiative) -> Event {
    let status = match initiative.status {
        InitiativeStatus::Planned => "planned",
        InitiativeStatus::Delivered => "delivered",
    };
    let id = format!("{}-{filed_on}-{status}-{}", school.urn, initiative.title);
    let time = SettlementDay(filed_on).ends();
    let data = Data::TravelInitiative(initiative.clone());
    event(FEED, id, time, Some(school.urn), data)
}
