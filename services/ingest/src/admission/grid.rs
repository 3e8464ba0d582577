//! Judges the carbon intensity of the grid: as events, and as NESO's API answers.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::{EventType, GridIntensity, GridRegion, Refusal, Rule};

use crate::admission::{AdmissionContext, BatchOutcome, Refused};
use crate::decode::neso::{self, NesoHalfHour};
use crate::records::{Envelope, grid_record, instant};
use crate::rejected::payload;
use crate::rules::{Bounds, Fault};
use crate::tokens::Token;

/// The source of events made of the API's answers.
const SOURCE: &str = "urn:greenledger:neso";

/// How far ahead a forecast may be. NESO forecasts two days ahead, and this many would do no harm.
const LONGEST_FORECAST: TimeDelta = TimeDelta::days(14);

/// NESO's data begin on 11 May 2018.
const FIRST_YEAR: i32 = 2018;

/// An answer of the API.
pub(crate) struct NesoAnswer<'a> {
    pub(crate) text: &'a str,
    /// The SHA-256 of the text, in hexadecimal.
    pub(crate) sha256: &'a str,
    /// When it was fetched, if the sender says so; otherwise now.
    pub(crate) issued: Option<DateTime<Utc>>,
}

/// Whether the sender may send the intensity of the grid, for every school's page.
pub(crate) fn may_send(token: &Token) -> Result<(), Refusal> {
    if token.may_send_grid {
        return Ok(());
    }
    let hint = "the intensity of the grid is shown for every school, so only a token with may_send_grid = true may send it";
    Err(Fault::new(Rule::OutOfScope, hint).at("", format!("token {}", token.name)))
}

/// Checks the times of an event that was issued at `time`.
pub(crate) fn is_possible(
    grid: &GridIntensity,
    time: DateTime<Utc>,
    bounds: &Bounds,
) -> Result<(), Refusal> {
    if time > bounds.latest {
        let hint = "set the sender's clock: of two values the one issued later counts, and this one is issued after now";
        return Err(Fault::new(Rule::Clock, hint).at("/time", instant(time)));
    }
    let starts = grid.starts(0);
    if chrono::Datelike::year(&starts) < FIRST_YEAR {
        let hint = format!("there are no intensities from before {FIRST_YEAR}; check the year");
        return Err(Fault::new(Rule::Clock, hint).at("/data/start", instant(starts)));
    }
    if let Some(until) = grid.actual_until().filter(|until| *until > bounds.latest) {
        let hint = "an actual value is of a half-hour that has ended; send it as a forecast";
        return Err(Fault::new(Rule::Future, hint).at("/data/actual", instant(until)));
    }
    if grid.ends() > bounds.latest + LONGEST_FORECAST {
        let hint = format!(
            "a forecast is of the next {} days; check the year",
            LONGEST_FORECAST.num_days()
        );
        return Err(Fault::new(Rule::Future, hint).at("/data/start", instant(grid.ends())));
    }
    Ok(())
}

/// Judges an answer of the API. Its half-hours become one event for each region and day in UTC. The same answer makes the same
/// events. Counts are of half-hours. Fails if the text is no answer of the API.
pub(crate) fn admit_neso(
    answer: &NesoAnswer<'_>,
    context: &AdmissionContext<'_>,
) -> Result<BatchOutcome, Refusal> {
    let read = neso::read(answer.text)?;
    let mut outcome = BatchOutcome {
        received: read.len(),
        ..BatchOutcome::default()
    };
    if let Err(refusal) = context.authority.token().and_then(may_send) {
        outcome.refused.push(Refused {
            index: 0,
            count: read.len(),
            identity: None,
            refusals: vec![refusal],
            sha256: Some(answer.sha256.to_owned()),
            event: payload::text(answer.text),
        });
        return Ok(outcome);
    }
    let issued = answer.issued.unwrap_or(context.now);
    let mut days: BTreeMap<(GridRegion, NaiveDate), Vec<(usize, NesoHalfHour)>> = BTreeMap::new();
    for (index, half_hour) in read.into_iter().enumerate() {
        let judged = half_hour
            .map_err(|bad| (bad.refusal, bad.came))
            .and_then(|half_hour| {
                let judged = is_possible(&half_hour.as_event(), issued, &context.bounds);
                judged.map_err(|refusal| {
                    let came = serde_json::json!(half_hour.as_event());
                    let pointer = half_hour.pointer.clone();
                    (Refusal { pointer, ..refusal }, came)
                })?;
                Ok(half_hour)
            });
        match judged {
            Ok(half_hour) => {
                let day = (half_hour.region, half_hour.starts.date_naive());
                days.entry(day).or_default().push((index, half_hour));
            }
            Err((refusal, came)) => outcome.refused.push(Refused {
                index,
                count: 1,
                identity: None,
                refusals: vec![refusal],
                sha256: Some(format!("{}-{index}", answer.sha256)),
                event: payload::json(&came),
            }),
        }
    }
    let stamp = context.stamp();
    let hash = answer.sha256.get(..16).unwrap_or(answer.sha256);
    for (at, ((region, day), half_hours)) in days.into_iter().enumerate() {
        let id = format!("{hash}-{:02}-{day}", region.number());
        let data = of_day(region, &half_hours);
        let payload = serde_json::to_string(&data).map_err(|error| {
            Fault::new(Rule::Schema, error.to_string()).at("", "what cannot be written")
        })?;
        let envelope = Envelope {
            kind: EventType::GridIntensity,
            source: SOURCE,
            id: &id,
            time: issued,
            received: stamp.received_at(at),
        };
        outcome.accepted += half_hours.len();
        outcome
            .records
            .push(grid_record(&stamp, &envelope, region, payload));
        if let Some((index, _)) = half_hours.first() {
            outcome.taken.push((*index, (SOURCE.to_owned(), id)));
        }
    }
    Ok(outcome)
}

impl NesoHalfHour {
    fn as_event(&self) -> GridIntensity {
        GridIntensity {
            region: self.region,
            start: self.starts.fixed_offset(),
            forecast: vec![self.forecast],
            actual: vec![self.actual],
        }
    }
}

/// The half-hours of a region and day, from the first to the last. Of one that the answer has twice, the higher value counts, as of
/// two events issued at the same time.
fn of_day(region: GridRegion, half_hours: &[(usize, NesoHalfHour)]) -> GridIntensity {
    let starts = || half_hours.iter().map(|(_, one)| one.starts);
    let first = starts().min().unwrap_or_default();
    let place = |at: DateTime<Utc>| (at - first).num_minutes().unsigned_abs() as usize / 30;
    let length = starts().max().map_or(0, |last| place(last) + 1);
    let values = |of: fn(&NesoHalfHour) -> Option<u16>| {
        let mut values = vec![None; length];
        for (_, one) in half_hours {
            let value = &mut values[place(one.starts)];
            *value = of(one).max(*value);
        }
        match values.iter().any(Option::is_some) {
            true => values,
            false => Vec::new(),
        }
    };
    GridIntensity {
        region,
        start: first.fixed_offset(),
        forecast: values(|one| one.forecast),
        actual: values(|one| one.actual),
    }
}

#[cfg(test)]
mod tests {
    use bus::Record;
    use events::Topic;
    use serde_json::{Value, json};

    use super::*;
    use crate::admission::admit;
    use crate::testing::{context, heron, now, register};

    fn sender() -> Token {
        Token {
            may_send_grid: true,
            ..heron()
        }
    }

    fn judged(data: Value, token: &Token) -> BatchOutcome {
        let text = json!({ "data": data }).to_string();
        let answer = NesoAnswer {
            text: &text,
            sha256: "0123456789abcdef0123",
            issued: None,
        };
        admit_neso(&answer, &context(token, &register())).unwrap()
    }

    fn half_hour(from: &str, to: &str, forecast: u16, actual: Option<u16>) -> Value {
        json!({ "from": from, "to": to, "intensity": { "forecast": forecast, "actual": actual, "index": "low" } })
    }

    fn read(record: &Record) -> (String, Value) {
        let header = |name| record.headers.iter().find(|(known, _)| *known == name);
        let (_, id) = header("ce_id").unwrap();
        assert_eq!((record.topic, header("ce_subject")), (Topic::Grid, None));
        let data = serde_json::from_slice(record.payload.as_deref().unwrap()).unwrap();
        (id.clone(), data)
    }

    #[test]
    fn an_answer_becomes_an_event_for_each_region_and_day() {
        let data = json!([
            half_hour("2026-11-19T23:00Z", "2026-11-19T23:30Z", 150, Some(148)),
            half_hour("2026-11-20T00:30Z", "2026-11-20T01:00Z", 160, None),
            half_hour("2026-11-19T22:00Z", "2026-11-19T22:30Z", 140, None),
        ]);
        let outcome = judged(data.clone(), &sender());
        assert_eq!((outcome.received, outcome.accepted), (3, 3));
        let found: Vec<_> = outcome.records.iter().map(read).collect();
        let first = json!({
            "region": 18, "start": "2026-11-19T22:00:00Z", "forecast": [140, null, 150], "actual": [null, null, 148],
        });
        let second = json!({ "region": 18, "start": "2026-11-20T00:30:00Z", "forecast": [160] });
        assert_eq!(
            found,
            [
                ("0123456789abcdef-18-2026-11-19".to_owned(), first),
                ("0123456789abcdef-18-2026-11-20".to_owned(), second)
            ]
        );
        let keys = |outcome: &BatchOutcome| -> Vec<String> {
            outcome.records.iter().map(|one| one.key.clone()).collect()
        };
        assert_eq!(keys(&judged(data, &sender())), keys(&outcome));
    }

    #[test]
    fn a_half_hour_that_cannot_be_is_refused_alone() {
        let data = json!([
            half_hour("2026-11-20T08:00Z", "2026-11-20T08:30Z", 150, None),
            half_hour("2026-11-20T09:00Z", "2026-11-20T09:30Z", 150, Some(150)),
            half_hour("2027-11-20T09:00Z", "2027-11-20T09:30Z", 150, None),
            half_hour("1926-11-20T09:00Z", "1926-11-20T09:30Z", 150, None),
        ]);
        let outcome = judged(data, &sender());
        assert_eq!((outcome.received, outcome.accepted), (4, 1));
        let refused: Vec<_> = outcome
            .refused
            .iter()
            .map(|one| {
                (
                    one.index,
                    one.refusals[0].pointer.as_str(),
                    one.refusals[0].rule,
                )
            })
            .collect();
        assert_eq!(
            refused,
            [
                (1, "/data/1", Rule::Future),
                (2, "/data/2", Rule::Future),
                (3, "/data/3", Rule::Clock)
            ]
        );
    }

    #[test]
    fn only_a_token_with_the_right_may_send() {
        let data = json!([half_hour(
            "2026-11-20T08:00Z",
            "2026-11-20T08:30Z",
            150,
            None
        )]);
        let outcome = judged(data, &heron());
        assert_eq!((outcome.accepted, outcome.refused[0].count), (0, 1));
        assert_eq!(outcome.refused[0].refusals[0].rule, Rule::OutOfScope);

        let event = |time: DateTime<Utc>| {
            json!({
                "specversion": "1.0", "id": "1", "source": "s", "type": "grid.intensity.v1", "time": time,
                "data": { "region": 13, "start": "2026-11-20T08:00:00Z", "forecast": [150] },
            })
            .to_string()
        };
        let check = |token: &Token, time: DateTime<Utc>, wanted: Option<Rule>| {
            let outcome = admit(&[&event(time)], &context(token, &register()));
            let found = outcome.refused.first().map(|one| one.refusals[0].rule);
            assert_eq!(found, wanted);
            assert_eq!(outcome.records.len(), usize::from(wanted.is_none()));
        };
        check(&sender(), now(), None);
        check(&heron(), now(), Some(Rule::OutOfScope));
        check(&sender(), now() + TimeDelta::hours(1), Some(Rule::Clock));
    }
}
