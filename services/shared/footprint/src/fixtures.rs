//! The invented schools of all tests: in [`trust`] a trust's footprints, in [`every_field`] footprints with all and with the least that
//! one can hold, and [`SchoolFixture`], the events of a school whose footprint is computed.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

pub mod every_field;
mod school;
mod travel;
pub mod trust;

use chrono::NaiveDate;
use events::{
    MilligramsCo2e, Phase, Roll, SchoolRegistered, TrustRef, WasteCollected, WeightBasis,
};

use crate::{
    Coverage, FactorSetRef, Footprint, Item, LeastCoverage, Line, Period, Sufficiency,
    TravelFigures, WasteFigures, YearRule,
};

pub use school::{SchoolFixture, day_sum};

/// The day that is written as `2026-11-22`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

/// The item with this spelling.
pub fn item(spelling: &str) -> Item {
    Item::parse(spelling).expect(spelling)
}

/// A primary school of a trust, without any count of pupils.
pub fn registered(trust: &str, member_from: NaiveDate) -> SchoolRegistered {
    SchoolRegistered {
        name: "Golden School".to_owned(),
        phase: Phase::Primary,
        trust: TrustRef {
            id: trust.to_owned(),
            name: trust.to_owned(),
        },
        member_from,
        member_to: None,
        rolls: Vec::new(),
        terms: Vec::new(),
        heating: None,
        grid_region: None,
    }
}

/// A count of pupils on a day.
pub fn roll(pupils: u32, census_date: NaiveDate) -> Roll {
    Roll {
        pupils,
        census_date,
        source: "autumn census".to_owned(),
    }
}

/// The first line of an item.
pub fn line<'a>(footprint: &'a Footprint, item: &str) -> &'a Line {
    let mut lines = footprint.lines.iter();
    lines
        .find(|line| line.item.as_str() == item)
        .unwrap_or_else(|| panic!("no line {item} in {:?}", footprint.lines))
}

/// Waste that was weighed.
pub fn collected(on: NaiveDate, ewc: &str, weight_kg: f64, treatment: &str) -> WasteCollected {
    WasteCollected {
        collected_on: on,
        ewc: ewc.to_owned().try_into().expect("an EWC code"),
        weight_kg,
        basis: WeightBasis::Weighed,
        treatment: Some(treatment.to_owned().try_into().expect("a treatment")),
        container: None,
        lifts: None,
        missed_lifts: None,
        contaminated_kg: None,
        rejected: false,
        carrier: None,
        tracking_id: None,
        replaces: None,
        withdrawn: false,
    }
}

/// The footprint of a school of which nothing is known, a member of its trust for the whole period.
pub fn bare(urn: u32, period: Period) -> Footprint {
    Footprint {
        urn: urn.try_into().expect("a URN"),
        school: format!("School {urn}"),
        phase: Phase::Primary,
        trust: TrustRef {
            id: trust::TRUST.to_owned(),
            name: "Calder Vale Learning Trust".to_owned(),
        },
        grid_region: None,
        period,
        member: period.days(),
        joined: period.days().from,
        factor_set: FactorSetRef {
            name: "DESNZ".to_owned(),
            version: "2018-2026".to_owned(),
            hash: "9f2c41d07be35a18".to_owned(),
            method: YearRule::Majority,
            years: vec![period.majority_year()],
        },
        lines: Vec::new(),
        gross: MilligramsCo2e(0),
        voluntary: MilligramsCo2e(0),
        lacks: Vec::new(),
        sufficiency: Sufficiency {
            least_coverage: LeastCoverage::default(),
            fuels: Vec::new(),
            missing: Vec::new(),
        },
        lacks_voluntary: Vec::new(),
        notes: Vec::new(),
        roll: None,
        pupil_millionths: None,
        coverage: Coverage::default(),
        meters: Vec::new(),
        findings: Vec::new(),
        estimates: Vec::new(),
        months: Vec::new(),
        waste: WasteFigures::default(),
        travel: TravelFigures::default(),
        evidence: Vec::new(),
        position: Default::default(),
    }
}
