//! The supplier's file: a row for each day, 48 columns of kWh and 48 of kVArh.

use chrono::NaiveDate;
use events::Channel;

use super::day::Day;
use super::meters::{Habit, Meter};
use super::{MadeUpTrust, days};

/// The name under which ingest knows the layout of the file.
pub const SUPPLIER_FORMAT: &str = "day-rows-kwh48";

impl MadeUpTrust {
    /// The file's name and its text: one meter's days of 48 half-hours from `from` up to, not including, `to`.
    pub fn supplier_file(&self, from: NaiveDate, to: NaiveDate) -> (String, String) {
        let mut text = header();
        let mut of_school = "nobody".to_owned();
        for meter in self.meters.iter().filter(|m| m.habit == Habit::ByFile) {
            let school = self.schools.iter().find(|school| school.urn == meter.urn);
            let name = school.map_or("", |school| school.name);
            of_school = school.map_or(of_school, |school| school.slug());
            for day in days(from, to).map(|day| Day::of(day, self.chance)) {
                if day.slots == 48 {
                    text.push_str(&self.row(name, meter, &day));
                }
            }
        }
        (format!("{of_school}-half-hourly-{from}.csv"), text)
    }

    fn row(&self, name: &str, meter: &Meter, day: &Day) -> String {
        let values = self.measured(meter, Channel::AI, day);
        let energy: String = values.iter().map(|kwh| format!(",{kwh:.3}")).collect();
        // A power factor of about 0.95.
        let reactive = values.iter().map(|kwh| format!(",{:.3}", kwh * 0.33));
        let (number, date) = (meter.id.number(), day.date.format("%d/%m/%Y"));
        format!(
            "{name},{number},{date}{energy}{}\n",
            reactive.collect::<String>()
        )
    }
}

fn header() -> String {
    let columns = |name: &'static str| (1..=48).map(move |slot| format!(",{name}_{slot}"));
    let values: String = columns("kWh").chain(columns("kVArh")).collect();
    format!("siteRef,MPAN,ConsumptionDate{values}\n")
}
