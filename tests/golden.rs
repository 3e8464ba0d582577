//! Figures worked by hand from published methods and factors.

mod constant;
mod disclosed;
mod electricity;
mod market;
mod membership;
mod meters;
mod method;
mod published;
mod registered;
mod sufficiency;
mod trailing;
mod waste;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use events::{
    ActivityKind, ActivityRecorded, ActivityUnit, Channel, Data, Fuel, MICRO, MeterRegistered,
    Phase, Place, Roll, SchoolRegistered, SettlementDay, Tariff, TrustRef, Unit, Urn,
};
use footprint::factors::{FactorSet, Factors, Fallback};
use footprint::ledger::{DayKey, Identity, Origin};
use footprint::view::DaySum;
use footprint::{Footprint, Method, SchoolEvent, SchoolHistory, Subject, YearChoice, footprints};

pub use waste::collected;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn urn() -> Urn {
    "900100".parse().expect("a URN")
}

/// The school, without any count of pupils.
fn registered(from: &str, to: Option<&str>) -> SchoolRegistered {
    SchoolRegistered {
        name: "Golden School".to_owned(),
        phase: Phase::Secondary,
        trust: TrustRef {
            id: "golden".to_owned(),
            name: "Golden Trust".to_owned(),
        },
        member_from: day(from),
        member_to: to.map(day),
        rolls: Vec::new(),
        terms: Vec::new(),
        heating: None,
    }
}

/// A school's story, told in a few words.
pub struct SchoolFixture {
    history: SchoolHistory,
    school_events: i64,
}

impl SchoolFixture {
    /// A member of its trust all along.
    pub fn school(pupils: u32, census: &str) -> Self {
        SchoolFixture::member(pupils, census, "2010-01-01", None)
    }

    pub fn member(pupils: u32, census: &str, from: &str, to: Option<&str>) -> Self {
        let mut told = SchoolFixture {
            history: SchoolHistory::default(),
            school_events: 0,
        };
        told.school_event(Data::SchoolRegistered(SchoolRegistered {
            rolls: vec![Roll {
                pupils,
                census_date: day(census),
                source: "autumn census".to_owned(),
            }],
            ..registered(from, to)
        }));
        told
    }

    /// A trust registers the school.
    pub fn claimed_by(&mut self, trust: &str, from: &str, to: Option<&str>) {
        let trust = TrustRef {
            id: trust.to_owned(),
            name: trust.to_owned(),
        };
        self.school_event(Data::SchoolRegistered(SchoolRegistered {
            trust,
            ..registered(from, to)
        }));
    }

    /// The same with a count of pupils.
    pub fn counted_by(
        &mut self,
        trust: &str,
        pupils: u32,
        census: &str,
        from: &str,
        to: Option<&str>,
    ) {
        let trust = TrustRef {
            id: trust.to_owned(),
            name: trust.to_owned(),
        };
        self.school_event(Data::SchoolRegistered(SchoolRegistered {
            trust,
            rolls: vec![Roll {
                pupils,
                census_date: day(census),
                source: "autumn census".to_owned(),
            }],
            ..registered(from, to)
        }));
    }

    /// Registers the school again with another count; counts are added up to those known.
    pub fn counted(&mut self, pupils: u32, census: &str, source: &str) {
        self.school_event(Data::SchoolRegistered(SchoolRegistered {
            rolls: vec![Roll {
                pupils,
                census_date: day(census),
                source: source.to_owned(),
            }],
            ..registered("2010-01-01", None)
        }));
    }

    pub fn school_event(&mut self, data: Data) {
        self.school_events += 1;
        let of = match &data {
            Data::ActivityRecorded(activity) => activity.from,
            Data::WasteCollected(waste) => waste.collected_on,
            _ => day("2010-01-01"),
        };
        let identity = Identity {
            source: "golden".into(),
            id: self.school_events.to_string().into(),
        };
        let place = Place {
            partition: 0,
            offset: self.school_events,
        };
        let origin = Origin {
            received: self.school_events,
            place,
            token: Arc::from("golden"),
        };
        self.history.add(
            identity,
            SchoolEvent {
                day: of,
                issued: 0,
                origin,
                data,
            },
        );
    }

    /// Registers a meter and tells of one day of its import.
    pub fn meter(&mut self, meter: &str, fuel: Fuel, on: &str, unit: Unit, quantity: i64) {
        self.owns(meter, fuel, None, Vec::new());
        self.read(meter, Channel::AI, on, unit, quantity);
    }

    pub fn register(&mut self, meter: &MeterRegistered) {
        self.school_event(Data::MeterRegistered(meter.clone()));
    }

    pub fn owns(&mut self, meter: &str, fuel: Fuel, to: Option<&str>, tariffs: Vec<Tariff>) {
        self.school_event(Data::MeterRegistered(MeterRegistered {
            to: to.map(day),
            tariffs,
            ..MeterRegistered::new(meter.parse().expect("a meter"), fuel, day("2010-01-01"))
        }));
    }

    pub fn read(&mut self, meter: &str, channel: Channel, on: &str, unit: Unit, quantity: i64) {
        let key = DayKey {
            meter: meter.parse().expect("a meter"),
            channel,
            day: day(on),
        };
        let sum = DaySum {
            sum: quantity,
            unit,
            present: 48,
            estimated: 0,
            spread: 0,
            last: 48,
            flat: false,
        };
        self.history.set_day(&key, sum);
    }

    /// So many half-hours of 1 kWh, from a day on without a gap.
    pub fn sends(&mut self, meter: &str, channel: Channel, from: &str, half_hours: i64) {
        let (mut on, mut left) = (day(from), half_hours);
        while left > 0 {
            let present = left.min(SettlementDay(on).slots() as i64);
            let key = DayKey {
                meter: meter.parse().expect("a meter"),
                channel,
                day: on,
            };
            let sum = DaySum {
                sum: present * MICRO,
                unit: Unit::KilowattHours,
                present: present as u8,
                estimated: 0,
                spread: 0,
                last: present as u8,
                flat: false,
            };
            self.history.set_day(&key, sum);
            left -= present;
            on = on.succ_opt().expect("a day");
        }
    }

    /// A meter that has sent every half-hour of some days, so much each day.
    pub fn sends_daily(&mut self, meter: &str, fuel: Fuel, from: &str, to: &str, quantity: i64) {
        self.owns(meter, fuel, None, Vec::new());
        let days = day(from).iter_days().take_while(|on| *on <= day(to));
        for on in days {
            let key = DayKey {
                meter: meter.parse().expect("a meter"),
                channel: Channel::AI,
                day: on,
            };
            let slots = SettlementDay(on).slots() as u8;
            let sum = DaySum {
                sum: quantity,
                unit: Unit::KilowattHours,
                present: slots,
                estimated: 0,
                spread: 0,
                last: slots,
                flat: false,
            };
            self.history.set_day(&key, sum);
        }
    }

    pub fn activity(
        &mut self,
        activity: ActivityKind,
        quantity: f64,
        unit: ActivityUnit,
        on: &str,
    ) {
        let (from, to, estimated) = (day(on), day(on), false);
        let recorded = ActivityRecorded {
            activity,
            quantity,
            unit,
            from,
            to,
            estimated,
            replaces: None,
        };
        self.school_event(Data::ActivityRecorded(recorded));
    }

    /// By the published factors, those of an earlier year standing in or not.
    pub fn footprint(&self, period: &str, fallback: Fallback) -> Footprint {
        let method = Method {
            fallback,
            ..Method::published().expect("the table")
        };
        self.by(period, &method)
    }

    /// The factors of both calendar years, weighted by days.
    pub fn blended(&self, period: &str) -> Footprint {
        let method = Method {
            year_choice: YearChoice::Blended,
            ..Method::published().expect("the table")
        };
        self.by(period, &method)
    }

    /// With factors of the trust's own over the published ones.
    pub fn with_own(&self, period: &str, csv: &str) -> Footprint {
        let published = FactorSet::desnz().expect("the table");
        let method = Method {
            factors: Factors::with_own(published, "own.csv", csv).expect("own factors"),
            ..Method::published().expect("the table")
        };
        self.by(period, &method)
    }

    /// Every footprint there is on 22 November 2026.
    pub fn all(&self, method: &Method) -> Vec<Footprint> {
        self.as_of(method, day("2026-11-22"))
    }

    /// Every footprint there is on a day.
    pub fn as_of(&self, method: &Method, as_of: NaiveDate) -> Vec<Footprint> {
        let position = BTreeMap::new();
        let subject = Subject {
            urn: urn(),
            history: &self.history,
            position: &position,
        };
        footprints(&[subject], method, as_of).expect("footprints")
    }

    pub fn by(&self, period: &str, method: &Method) -> Footprint {
        self.all(method)
            .into_iter()
            .find(|footprint| footprint.period.key() == period)
            .unwrap_or_else(|| panic!("no footprint for {period}"))
    }
}

pub fn tonnes(footprint: &Footprint, item: &str) -> String {
    let line = footprint
        .lines
        .iter()
        .find(|line| line.item.as_str() == item);
    let line = line.unwrap_or_else(|| panic!("no line {item} in {:?}", footprint.lines));
    line.price.as_ref().map_or("unpriced".to_owned(), |price| {
        format!("{:.6}", price.co2e.tonnes())
    })
}

pub const ELECTRICITY: &str = "mpan:2200012767323";
const GAS: &str = "mprn:3938424403";
const SUN: &str = "serial:PANELS-1";
