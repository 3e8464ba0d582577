//! Waste, activities and evidence.

use events::{
    ActivityKind, ActivityRecorded, Container, EvidenceFiled, EvidenceKind, EvidenceStatus, MICRO,
    Treatment, WasteCollected, WeightBasis,
};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{day, days, decimal, text};

pub fn waste() -> impl Strategy<Value = WasteCollected> {
    let basis = select(vec![
        WeightBasis::Weighed,
        WeightBasis::EstimatedByLift,
        WeightBasis::Average,
    ]);
    let treatment = of(prop_oneof![
        (1..=13_u8).prop_map(Treatment::R),
        (1..=15_u8).prop_map(Treatment::D)
    ]);
    let container = (text(), 1..=50_000_u32).prop_map(|(kind, litres)| Container { kind, litres });
    let weight = prop_oneof![9 => 1_i64..=50_000 * MICRO, 1 => Just(0_i64)];
    let what = (day(), "[0-9]{6}", weight, basis, treatment);
    let percent_dirty = of(0..=100_i64);
    let more = (
        of(container),
        of(1..=1000_u32),
        of(text()),
        of(text()),
        of(1..=1000_u32),
        percent_dirty,
        any::<bool>(),
    );
    (what, more).prop_map(
        |((day, ewc, weight, basis, treatment), more)| WasteCollected {
            collected_on: day.parse().expect("a day"),
            ewc: ewc.try_into().expect("six digits"),
            weight_kg: weight as f64 / MICRO as f64,
            basis,
            treatment,
            container: more.0,
            // Nothing was collected by a missed lift.
            lifts: more.1.filter(|_| weight > 0),
            missed_lifts: more.4.or((weight == 0).then_some(1)),
            contaminated_kg: more
                .5
                .map(|percent| (weight * percent / 100) as f64 / MICRO as f64),
            rejected: more.6,
            carrier: more.2,
            tracking_id: more.3.clone(),
            replaces: more.3,
            withdrawn: weight == 0 && more.6,
        },
    )
}

pub fn activity() -> impl Strategy<Value = ActivityRecorded> {
    use ActivityKind::*;
    let kinds = vec![
        BurningOil,
        GasOil,
        Lpg,
        WoodPellets,
        MinibusDiesel,
        MinibusPetrol,
        MinibusDistance,
        MinibusDistancePetrol,
        StaffCar,
        StaffCarPetrol,
        StaffCarDiesel,
        StaffCarHybrid,
        StaffCarPlugInHybrid,
        StaffCarElectric,
        WaterSupply,
        WaterTreatment,
    ];
    let priced = select(kinds).prop_flat_map(|kind| (Just(kind), select(kind.units().to_vec())));
    (priced, decimal(0, 9_000_000_000), days(), any::<bool>()).prop_map(
        |((activity, unit), quantity, (from, to), estimated)| ActivityRecorded {
            activity,
            quantity,
            unit,
            from: from.parse().expect("a day"),
            to: to.parse().expect("a day"),
            estimated,
            replaces: estimated.then(|| "an earlier one".to_owned()),
        },
    )
}

pub fn evidence() -> impl Strategy<Value = EvidenceFiled> {
    use EvidenceKind::*;
    let kind = select(vec![
        SupplierStatement,
        SustainabilityPlan,
        Curriculum,
        FundedProject,
        Award,
        Charter,
        EfficiencyMeasure,
        CollectionAssessment,
        Report,
    ]);
    let status = select(vec![
        EvidenceStatus::Draft,
        EvidenceStatus::InForce,
        EvidenceStatus::Withdrawn,
    ]);
    let link = of("https?://[A-Za-z0-9][!-~]{0,80}");
    (1..=13_u8, kind, text(), status, days(), any::<bool>(), link).prop_map(
        |(kpi, kind, title, status, (dated, expires), ends, link)| EvidenceFiled {
            kpi,
            kind,
            title,
            status,
            dated: dated.parse().expect("a day"),
            expires: ends.then(|| expires.parse().expect("a day")),
            link,
        },
    )
}
