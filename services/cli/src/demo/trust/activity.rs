//! Activities without meters: oil, bottled gas, minibuses, staff's own cars and water, as a school's office records them.

use chrono::{Months, NaiveDate};
use events::{
    AcademicYear, ActivityKind, ActivityRecorded, ActivityUnit, Data, Event, SettlementDay,
};

use super::calendar::{DayKind, kind};
use super::day::Day;
use super::profile::heat;
use super::schools::{Heating, School};
use super::travel::years;
use super::weather::day_number;
use super::{MadeUpTrust, days, event};

const FEED: &str = "office";

/// Gross kWh in a litre of burning oil (DESNZ, fuel properties 2025).
const KWH_PER_LITRE: f64 = 10.294;

/// One span of an academic year, from its first day up to, not including, the next one's.
#[derive(Clone, Copy)]
struct Span {
    from: NaiveDate,
    next: NaiveDate,
}

impl MadeUpTrust {
    /// The quantities of every month, quarter and term that is completely within `from` and `to` (exclusive).
    pub fn activity(&self, from: NaiveDate, to: NaiveDate) -> Vec<Event> {
        let mut recorded = Vec::new();
        for year in years(from, to) {
            for school in &self.schools {
                for span in spans(year, 1) {
                    recorded.extend(self.monthly(school, span));
                }
                for span in spans(year, 3) {
                    recorded.extend(self.water(school, span));
                }
                for span in spans(year, 4) {
                    recorded.push((self.staff_miles(school, span), span));
                }
            }
        }
        let whole = |span: &Span| from <= span.from && span.next <= to;
        let recorded = recorded.into_iter().filter(|(_, span)| whole(span));
        recorded.map(|(event, _)| event).collect()
    }

    fn monthly(&self, school: &School, span: Span) -> Vec<(Event, Span)> {
        use ActivityKind::{BurningOil, Lpg, MinibusDiesel};
        let wobble = self.wobble(school, span);
        let school_days = days(span.from, span.next).filter(|day| kind(*day) == DayKind::School);
        let school_days = school_days.count() as f64;
        let mut litres = Vec::new();
        if school.heating == Heating::Oil {
            litres.push((BurningOil, self.oil_litres(school, span) * wobble));
            litres.push((Lpg, f64::from(school.pupils) * school_days * 0.05 * wobble));
        }
        if school.is_secondary() {
            litres.push((MinibusDiesel, school_days * 5.6 * wobble));
        }
        litres
            .into_iter()
            .filter(|(_, litres)| *litres > 0.0)
            .map(|(what, litres)| {
                (
                    recorded(school, what, litres, ActivityUnit::Litre, span),
                    span,
                )
            })
            .collect()
    }

    /// The year's oil, distributed by the heat demand.
    fn oil_litres(&self, school: &School, span: Span) -> f64 {
        let of_span: f64 = days(span.from, span.next)
            .map(|day| Day::of(day, self.chance))
            .map(|day| (0..day.slots).map(|slot| heat(&day, slot)).sum::<f64>())
            .sum();
        let year = f64::from(school.pupils) * school.heat_per_pupil / KWH_PER_LITRE;
        year * of_span / self.weights.heat
    }

    fn water(&self, school: &School, span: Span) -> Vec<(Event, Span)> {
        use ActivityKind::{WaterSupply, WaterTreatment};
        let supplied = f64::from(school.pupils) * 1.05 * self.wobble(school, span);
        // Sewerage is charged on 95% of what is supplied.
        [(WaterSupply, supplied), (WaterTreatment, supplied * 0.95)]
            .map(|(what, m3)| {
                (
                    recorded(school, what, m3, ActivityUnit::CubicMetre, span),
                    span,
                )
            })
            .into()
    }

    fn staff_miles(&self, school: &School, span: Span) -> Event {
        let a_term = if school.is_secondary() { 1450.0 } else { 380.0 };
        let miles = a_term * self.wobble(school, span);
        recorded(
            school,
            ActivityKind::StaffCar,
            miles,
            ActivityUnit::Mile,
            span,
        )
    }

    fn wobble(&self, school: &School, span: Span) -> f64 {
        let chance = self.chance.about("office").of(school.number);
        chance.of(day_number(span.from)).between(0.85, 1.15)
    }
}

/// An academic year split into spans of this many months: months, quarters from September to November and so on, or terms.
fn spans(year: AcademicYear, months: u32) -> impl Iterator<Item = Span> {
    (0..12 / months).map(move |nth| Span {
        from: year.first_day() + Months::new(nth * months),
        next: year.first_day() + Months::new((nth + 1) * months),
    })
}

fn recorded(
    school: &School,
    activity: ActivityKind,
    quantity: f64,
    unit: ActivityUnit,
    span: Span,
) -> Event {
    let data = ActivityRecorded {
        activity,
        quantity: (quantity * 10.0).round() / 10.0,
        unit,
        from: span.from,
        to: span.next.pred_opt().unwrap_or(span.from),
        // Bottled gas is read off a gauge.
        estimated: activity == ActivityKind::Lpg,
        replaces: None,
    };
    let id = format!("{}-{activity:?}-{}", school.urn, span.from);
    let time = SettlementDay(span.next).starts();
    event(
        FEED,
        id,
        time,
        Some(school.urn),
        Data::ActivityRecorded(data),
    )
}
