//! Gauges of single meters, for the trailing months only: recent data of a single meter is not a figure of any year.

use footprint::{Coverage, MeterFigures};

use super::Shown;
use super::exposition::{Exposition, label};

/// A meter with its labels: `trust="…",urn="…",school="…",meter="…",fuel="…"`.
struct ShownMeter<'a> {
    figures: &'a MeterFigures,
    labels: String,
    /// Whether it belongs to the school today.
    is_current: bool,
}

pub(super) fn of_schools(text: &mut Exposition, shown: &[Shown<'_>]) {
    let trailing = shown.iter().filter(|school| school.trailing);
    let meters: Vec<ShownMeter<'_>> = trailing.flat_map(meters_of).collect();
    let mut each = |name, help, value: fn(&ShownMeter<'_>) -> Option<f64>| {
        let mut family = text.gauge(name, help);
        for meter in &meters {
            family.sample(&meter.labels, value(meter));
        }
    };
    each(
        "greenledger_school_meter_last_reading_timestamp_seconds",
        "When the last half-hour that came of a meter ended; absent where none has in twelve months.",
        |meter| Some(coverage(meter).last_reading?.timestamp() as f64),
    );
    each(
        "greenledger_school_meter_silent_since_timestamp_seconds",
        "When the first day began of which a meter has sent nothing, where it is later than a supplier may be; else absent.",
        |meter| {
            let since = meter.figures.silent_since.filter(|_| meter.is_current)?;
            Some(events::SettlementDay(since).starts().timestamp() as f64)
        },
    );
    each(
        "greenledger_school_meter_half_hours_expected",
        "Half-hours that a meter should have measured by now, of twelve months.",
        |meter| Some(coverage(meter).expected as f64),
    );
    each(
        "greenledger_school_meter_half_hours_present",
        "Half-hours that a meter has measured, estimates included, of twelve months.",
        |meter| Some(coverage(meter).present as f64),
    );
}

fn coverage<'a>(meter: &ShownMeter<'a>) -> &'a Coverage {
    &meter.figures.coverage
}

fn meters_of<'a>(school: &'a Shown<'_>) -> impl Iterator<Item = ShownMeter<'a>> {
    let last = school.footprint.period.days().to;
    let is_member = school.footprint.member.contains(last);
    school
        .footprint
        .meters
        .iter()
        .map(move |figures| ShownMeter {
            figures,
            labels: format!(
                "{},{},{}",
                school.school,
                label("meter", figures.meter.as_str()),
                label("fuel", figures.fuel.as_str())
            ),
            is_current: is_member && figures.registered().contains(last),
        })
}
