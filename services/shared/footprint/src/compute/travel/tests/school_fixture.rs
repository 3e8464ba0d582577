//! A school's travel data, for short test descriptions.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use events::{
    Audience, Data, InitiativeKind, InitiativeStatus, Journeys, Mode, ModeCounts, Phase, Place,
    Roll, SchoolRegistered, StarsLevel, TravelAccredited, TravelInitiative, TravelSurveyed,
    TrustRef,
};

use crate::ledger::{Identity, Origin};
use crate::{Footprint, Method, SchoolEvent, SchoolHistory, Subject, TravelFigures, footprints};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn registered(trust: &str, member_from: &str, member_to: Option<NaiveDate>) -> SchoolRegistered {
    let roll = |census: &str| Roll {
        pupils: 200,
        census_date: day(census),
        source: "autumn census".to_owned(),
    };
    SchoolRegistered {
        name: "Golden School".to_owned(),
        phase: Phase::Primary,
        trust: TrustRef {
            id: trust.to_owned(),
            name: trust.to_owned(),
        },
        member_from: day(member_from),
        member_to,
        rolls: vec![roll("2024-10-03"), roll("2026-10-01")],
        terms: Vec::new(),
        heating: None,
    }
}

/// A primary of 200 pupils, a member of its trust since 2010, as of 22 November 2026.
pub struct SchoolFixture {
    history: SchoolHistory,
}

impl SchoolFixture {
    pub fn new() -> Self {
        SchoolFixture::since("2010-01-01")
    }

    pub fn since(member_from: &str) -> Self {
        let mut told = SchoolFixture {
            history: SchoolHistory::default(),
        };
        let golden = registered("golden", member_from, None);
        told.school_event(1_000, Data::SchoolRegistered(golden));
        told
    }

    /// From a day on it belongs to another trust, `silver`.
    pub fn moves_to_another_trust(&mut self, on: &str) {
        let last = day(on).pred_opt();
        let golden = registered("golden", "2010-01-01", last);
        self.school_event(1_001, Data::SchoolRegistered(golden));
        let silver = registered("silver", on, None);
        self.school_event(1_002, Data::SchoolRegistered(silver));
    }

    /// Facts with the same number have the same identity. They are issued in the order of their numbers, whatever the order in
    /// which they are added.
    fn school_event(&mut self, number: usize, data: Data) {
        let identity = Identity {
            source: "golden".into(),
            id: format!("{number:04}").into(),
        };
        let place = Place {
            partition: 0,
            offset: number as i64,
        };
        let school_event = SchoolEvent {
            day: match &data {
                Data::TravelSurveyed(survey) => survey.surveyed_on,
                Data::TravelInitiative(one) => one.started_on,
                _ => day("2020-01-01"),
            },
            issued: number as i64,
            origin: Origin {
                received: number as i64,
                place,
                token: Arc::from("golden"),
            },
            data,
        };
        self.history.add(identity, school_event);
    }

    /// The counts of pupils who walk and who come by car, and the counts of preferences.
    #[allow(clippy::too_many_arguments, reason = "a survey in one line")]
    pub fn survey(
        &mut self,
        number: usize,
        on: &str,
        audience: Audience,
        group: &str,
        roll: u32,
        current: [u32; 2],
        preferred: [u32; 2],
    ) {
        let counts = |of: [u32; 2]| ModeCounts::from([(Mode::Walk, of[0]), (Mode::Car, of[1])]);
        let survey = TravelSurveyed {
            surveyed_on: day(on),
            audience,
            group: group.to_owned(),
            roll,
            current: counts(current),
            preferred: counts(preferred),
            journeys: Vec::new(),
        };
        self.school_event(number, Data::TravelSurveyed(survey));
    }

    /// A number of people by one mode, from one distance in kilometres to another.
    pub fn journeys(
        &mut self,
        number: usize,
        on: &str,
        audience: Audience,
        roll: u32,
        bands: &[(Mode, f64, f64, u32)],
    ) {
        let band = |(mode, from_km, to_km, count): &(Mode, f64, f64, u32)| Journeys {
            mode: *mode,
            from_km: *from_km,
            to_km: *to_km,
            count: *count,
        };
        let mut current = ModeCounts::new();
        for (mode, _, _, count) in bands {
            *current.entry(*mode).or_default() += count;
        }
        let survey = TravelSurveyed {
            surveyed_on: day(on),
            audience,
            group: format!("Group {number}"),
            roll,
            current,
            preferred: ModeCounts::new(),
            journeys: bands.iter().map(band).collect(),
        };
        self.school_event(number, Data::TravelSurveyed(survey));
    }

    pub fn initiative(
        &mut self,
        number: usize,
        title: &str,
        kind: InitiativeKind,
        status: InitiativeStatus,
        started_on: &str,
        participants: Option<u32>,
    ) {
        let initiative = TravelInitiative {
            title: title.to_owned(),
            kind,
            category: "walking".to_owned(),
            status,
            started_on: day(started_on),
            ended_on: None,
            participants,
        };
        self.school_event(number, Data::TravelInitiative(initiative));
    }

    pub fn award(&mut self, number: usize, level: StarsLevel, awarded_on: &str, until: &str) {
        let award = TravelAccredited {
            level,
            awarded_on: day(awarded_on),
            valid_until: day(until),
        };
        self.school_event(number, Data::TravelAccredited(award));
    }

    fn footprints(&self) -> Vec<Footprint> {
        let position = BTreeMap::new();
        let subject = Subject {
            urn: "900100".parse().unwrap(),
            history: &self.history,
            position: &position,
        };
        footprints(&[subject], &Method::published().unwrap(), day("2026-11-22")).unwrap()
    }

    pub fn periods(&self) -> Vec<String> {
        let all = self.footprints();
        all.iter().map(|footprint| footprint.period.key()).collect()
    }

    pub fn footprint(&self, period: &str) -> Footprint {
        let mut all = self.footprints().into_iter();
        all.find(|footprint| footprint.period.key() == period)
            .unwrap()
    }

    pub fn travel_of(&self, trust: &str, period: &str) -> TravelFigures {
        let mut all = self.footprints().into_iter();
        let of =
            |footprint: &Footprint| footprint.trust.id == trust && footprint.period.key() == period;
        all.find(of).unwrap().travel
    }

    pub fn travel(&self, period: &str) -> TravelFigures {
        self.footprint(period).travel
    }
}
