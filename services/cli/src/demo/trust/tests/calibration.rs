//! Whether the made-up figures are realistic for English schools.

use std::collections::HashMap;

use events::{AcademicYear, ActivityKind, Channel, Data, Sent, Urn};

use super::{date, readings, trust};
use crate::demo::trust::day::Day;
use crate::demo::trust::meters::Measures;
use crate::demo::trust::{MadeUpTrust, days};

/// Tonnes per pupil of every school over the academic year 2025/26, without any faults.
fn intensities(trust: &MadeUpTrust) -> Vec<(f64, f64)> {
    // DESNZ 2026, kg CO2e per kWh; per litre and mile as of 2025 where 2026 has none.
    let (electricity, gas) = (0.13096, 0.18231);
    let year = AcademicYear::beginning(2025);
    let (from, to) = (year.first_day(), date(2026, 9, 1));
    let mut kilograms: HashMap<Urn, f64> = HashMap::new();
    for day in days(from, to) {
        let day = Day::of(day, trust.chance);
        for meter in &trust.meters {
            let sum: f64 = trust.measured(meter, Channel::AI, &day).iter().sum();
            *kilograms.entry(meter.urn).or_default() += match meter.measures {
                Measures::Grid { .. } => sum * electricity,
                Measures::Gas {
                    calorific_value, ..
                } => sum * gas * calorific_value.map_or(1.0, |value| value * 1.02264 / 3.6),
                Measures::Sun(_) => 0.0,
            };
        }
    }
    for event in trust.activity(from, to) {
        let Data::ActivityRecorded(activity) = event.data else {
            continue;
        };
        let factor = match activity.activity {
            ActivityKind::BurningOil => 2.54,
            ActivityKind::Lpg => 1.557,
            ActivityKind::MinibusDiesel => 2.58354,
            ActivityKind::StaffCar => 0.26915,
            _ => 0.0,
        };
        *kilograms.entry(event.subject.unwrap()).or_default() += activity.quantity * factor;
    }
    let schools = trust.schools.iter();
    schools
        .map(|school| {
            let pupils = f64::from(trust.pupils(school, year));
            (kilograms[&school.urn] / 1000.0, pupils)
        })
        .collect()
}

#[test]
fn intensities_are_those_of_english_schools() {
    let schools = intensities(&trust());
    let (tonnes, pupils) = schools.iter().fold((0.0, 0.0), |sum, school| {
        (sum.0 + school.0, sum.1 + school.1)
    });
    let ratios: Vec<_> = schools
        .iter()
        .map(|(tonnes, pupils)| tonnes / pupils)
        .collect();
    assert!(
        (0.20..0.24).contains(&(tonnes / pupils)),
        "{}",
        tonnes / pupils
    );
    assert!(
        ratios.iter().all(|ratio| (0.15..0.35).contains(ratio)),
        "{ratios:?}"
    );
}

#[test]
fn panels_generate_and_give_back_as_panels_do() {
    let trust = trust();
    let (mut generated, mut exported) = (0.0, 0.0);
    for event in trust
        .history(date(2025, 10, 1), date(2026, 10, 1))
        .flatten()
    {
        let readings = readings(&event);
        let sum: f64 = readings.values.iter().flatten().sum();
        assert!(readings.values.iter().flatten().all(|value| *value >= 0.0));
        match (
            readings.channel,
            readings.meter.as_str().starts_with("serial:"),
        ) {
            (Channel::AE, _) => exported += sum,
            (_, true) => generated += sum,
            _ => assert!(matches!(readings.unit, Sent::KWh | Sent::M3)),
        }
    }
    assert!(
        (750.0..1000.0).contains(&(generated / 192.0)),
        "{generated}"
    );
    assert!((0.05..0.5).contains(&(exported / generated)), "{exported}");
}
