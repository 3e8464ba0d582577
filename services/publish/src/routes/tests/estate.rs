//! Two trusts of two schools each, and a school that moved from one to the other: their footprints, and the ledger's rows.

use chrono::{Datelike, Duration, NaiveDate};
use events::{MICRO, MeterId, Sharding, Topic, Unit, Urn};
use footprint::ledger::{LedgerEvent, MeterDay, events_to_frame, readings_to_frame};
use footprint::view::views;
use footprint::{Footprint, Method, SchoolEvent, SchoolHistory, Subject, footprints};
use lake::{Covered, Lake, LakeConfig, LedgerFolder, Month};
use polars::prelude::DataFrame;

use crate::config::Config;
use crate::explain::Rows;
use crate::explain::tests::world::{ELECTRICITY, GAS, SOLAR, World, everything};
use crate::fixtures;

/// The data that a server is started with.
pub struct Estate {
    pub footprints: Vec<Footprint>,
    pub config: Config,
    pub lake: Lake,
    pub schedules: &'static [&'static str],
    pub degraded: Vec<&'static str>,
}

/// The trusts of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trusts {
    Both,
    BirchAlone,
}

/// Every text that names trust alder, its schools, its meters, its senders or its exports.
pub fn of_alder() -> Vec<String> {
    let names = [
        "alder",
        "Alder Trust",
        "Alder First",
        "Alder Second",
        "900011",
        "900012",
    ];
    let own = ["a1"].into_iter().flat_map(of_school);
    // The school that moved had this name while it belonged to alder.
    names
        .map(str::to_owned)
        .into_iter()
        .chain(own)
        .chain(["Once of Alder".to_owned()])
        .collect()
}

/// The same for birch.
pub fn of_birch() -> Vec<String> {
    let names = [
        "birch",
        "Birch Trust",
        "Birch First",
        "Birch Second",
        "900021",
        "900022",
        "900031",
    ];
    let own = ["b1", "b2"].into_iter().flat_map(of_school);
    names.map(str::to_owned).into_iter().chain(own).collect()
}

fn of_school(tag: &str) -> Vec<String> {
    ["electricity", "gas", "solar", "token", "supplier"]
        .map(|what| format!("{tag}-{what}"))
        .into()
}

const MOVED: u32 = 900_031;
const MOVED_ON: &str = "2025-03-05";

impl Estate {
    pub async fn of(trusts: Trusts) -> Self {
        let mut schools = vec![
            School::new(900_021, "b1", "Birch First", "birch", "Birch Trust", 1),
            School::new(900_022, "b2", "Birch Second", "birch", "Birch Trust", 2),
            moved(),
        ];
        if trusts == Trusts::Both {
            schools.push(School::new(
                900_011,
                "a1",
                "Alder First",
                "alder",
                "Alder Trust",
                3,
            ));
            schools.push(School::new(
                900_012,
                "a2",
                "Alder Second",
                "alder",
                "Alder Trust",
                5,
            ));
        }
        let mut footprints: Vec<Footprint> = schools.iter().flat_map(School::footprints).collect();
        if trusts == Trusts::BirchAlone {
            // The estimate for gaps uses everything that a school ever measured, which is the school's own data.
            footprints.retain(|footprint| footprint.trust.id == "birch");
            schools[2].forget_alder();
        }
        let lake = LakeConfig::at("memory:").open().unwrap();
        lake.found("memory:", 8).await.unwrap();
        for school in &schools {
            school.keep(&lake).await;
        }
        let mut config = fixtures::config();
        let both = trusts == Trusts::Both;
        for trust in ["birch", "alder"].into_iter().take(1 + usize::from(both)) {
            config.trusts.insert(trust.to_owned(), Default::default());
        }
        Estate {
            footprints,
            config,
            lake,
            schedules: if both {
                &["alder-termly", "birch-termly"]
            } else {
                &["birch-termly"]
            },
            degraded: if both {
                vec!["cannot write results/schools/trust=alder/period=2024-25/schools.csv"]
            } else {
                vec!["cannot write results/schools/trust=birch/period=2024-25/schools.csv"]
            },
        }
    }
}

/// A school of birch that was alder's until the day before; its earlier data is visible to alder only.
fn moved() -> School {
    let mut school = School::new(MOVED, "m", "Once of Alder", "alder", "Alder Trust", 7);
    let first: NaiveDate = MOVED_ON.parse().unwrap();
    let registered = school.rows.events.remove(0);
    let data = |name: &str, trust: &str, id: &str, from: &str, to: &str| {
        let text = registered
            .data
            .replace("Once of Alder", name)
            .replace("Alder Trust", trust)
            .replace("alder", id);
        let membership = format!("\"member_from\":\"{from}\"{to}");
        text.replace("\"member_from\":\"2020-09-01\"", &membership)
    };
    let event = |id: &str, data: String| LedgerEvent {
        identity: footprint::ledger::Identity {
            id: id.into(),
            ..registered.identity.clone()
        },
        data: data.into(),
        ..registered.clone()
    };
    let last = first.pred_opt().unwrap();
    let past = data(
        "Once of Alder",
        "Alder Trust",
        "alder",
        "2020-09-01",
        &format!(",\"member_to\":\"{last}\""),
    );
    let now = data("Now of Birch", "Birch Trust", "birch", MOVED_ON, "");
    let events = [event("at-birch", now), event("at-alder", past)];
    school.rows.events.splice(0..0, events);
    school
}

struct School {
    urn: Urn,
    rows: Rows,
}

impl School {
    /// Everything that makes a line, and the same half-hours multiplied by `times`.
    fn new(urn: u32, tag: &str, name: &str, trust: &str, trust_name: &str, times: i64) -> Self {
        let urn: Urn = urn.try_into().unwrap();
        let mut world: World = everything();
        for on in ["2025-03-06", "2025-09-29"] {
            world.reading(ELECTRICITY, on, Unit::KilowattHours, 2 * MICRO);
        }
        let meter = |known: &str| match known {
            ELECTRICITY => format!("serial:{tag}-electricity"),
            GAS => format!("serial:{tag}-gas"),
            SOLAR => format!("serial:{tag}-solar"),
            other => other.to_owned(),
        };
        let mut rows = world.rows;
        for row in &mut rows.readings {
            row.urn = urn;
            row.meter = meter(row.meter.as_str()).parse::<MeterId>().unwrap();
            row.slots
                .iter_mut()
                .flatten()
                .for_each(|value| *value *= times);
            row.identity.source = format!("{tag}-{}", row.identity.source).into();
            row.identity.id = format!("{tag}-{}", row.origin.place.offset).into();
            row.origin.token = format!("{tag}-token").into();
        }
        for row in &mut rows.events {
            row.urn = urn;
            let mut data = row.data.to_string();
            for known in [ELECTRICITY, GAS, SOLAR] {
                data = data.replace(known, &meter(known));
            }
            data = data
                .replace("Moorside Primary School", name)
                .replace("calder-vale", trust);
            row.data = data
                .replace("Calder Vale Learning Trust", trust_name)
                .into();
            row.identity.source = format!("{tag}-{}", row.identity.source).into();
            row.origin.token = format!("{tag}-token").into();
        }
        School { urn, rows }
    }

    /// The footprints of every trust and period.
    fn footprints(&self) -> Vec<Footprint> {
        let mut history = SchoolHistory::default();
        for row in &self.rows.events {
            history.add(row.identity.clone(), SchoolEvent::of(row).unwrap());
        }
        for (key, view) in views(&self.rows.readings, history.withdrawals()) {
            history.set_view(&key, view);
        }
        let subject = Subject {
            urn: self.urn,
            history: &history,
            position: &Default::default(),
        };
        let as_of = crate::explain::tests::world::period().as_of();
        footprints(&[subject], &Method::published().unwrap(), as_of).unwrap()
    }

    /// Keeps only the data that the moved school has as a member of birch.
    fn forget_alder(&mut self) {
        let first: NaiveDate = MOVED_ON.parse().unwrap();
        let rows = &mut self.rows;
        rows.events.retain(|row| &*row.identity.id != "at-alder");
        rows.readings.retain(|row| row.day >= first);
        let of_waste = |row: &LedgerEvent| Topic::of(row.kind) == Topic::Waste;
        rows.events.retain(|row| !of_waste(row) || row.day >= first);
    }

    async fn keep(&self, lake: &Lake) {
        let of_month = |month: Month| {
            self.rows
                .readings
                .iter()
                .filter(move |row| Month::of(row.day) == month)
        };
        let mut day = NaiveDate::from_ymd_opt(2020, 9, 1).unwrap();
        while day < NaiveDate::from_ymd_opt(2025, 12, 1).unwrap() {
            let month = Month::of(day);
            let readings: Vec<&MeterDay> = of_month(month).collect();
            if !readings.is_empty() {
                let frame = readings_to_frame(&readings).unwrap();
                self.put(lake, Topic::Readings, month, frame).await;
            }
            for topic in Topic::LEDGER {
                let of_topic = |row: &&LedgerEvent| {
                    Topic::of(row.kind) == topic && Month::of(row.day) == month
                };
                let events: Vec<&LedgerEvent> = self.rows.events.iter().filter(of_topic).collect();
                if !events.is_empty() {
                    let frame = events_to_frame(&events).unwrap();
                    self.put(lake, topic, month, frame).await;
                }
            }
            day = (day + Duration::days(31)).with_day0(0).unwrap();
        }
    }

    async fn put(&self, lake: &Lake, topic: Topic, month: Month, mut rows: DataFrame) {
        let partitions = 1;
        let shard = Sharding {
            shards: 8,
            partitions,
        }
        .shard(self.urn);
        let folder = LedgerFolder {
            topic,
            month,
            shard,
        };
        let covered = Covered {
            first: events::Place {
                partition: 0,
                offset: 0,
            },
            last_offset: 0,
        };
        lake.put_rows(folder, covered, &mut rows).await.unwrap();
    }
}
