//! Answers of NESO's Carbon Intensity API as they came: national, of one region, or of all regions.
//!
//! An answer is an object with `data`: half-hours, which are those of Great Britain; or a region with its half-hours; or half-hours
//! with the intensities of several regions. One structure reads them all, because each part says by its fields what it is.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use events::{GridRegion, MOST_GRAMS_PER_KWH, Refusal, Rule, Written};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, json};

use crate::rules::Fault;

/// The intensity of a region in one half-hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NesoHalfHour {
    /// The JSON pointer to its part of the answer.
    pub(crate) pointer: String,
    pub(crate) region: GridRegion,
    pub(crate) starts: DateTime<Utc>,
    /// In g CO2 per kWh.
    pub(crate) forecast: Option<u16>,
    /// In g CO2 per kWh.
    pub(crate) actual: Option<u16>,
}

/// A half-hour that cannot be used, and what was read of it.
#[derive(Debug)]
pub(crate) struct BadHalfHour {
    pub(crate) refusal: Refusal,
    pub(crate) came: Value,
}

/// Every half-hour of an answer, in its order. Fails if the text is no answer of the API.
pub(crate) fn read(text: &str) -> Result<Vec<Result<NesoHalfHour, BadHalfHour>>, Refusal> {
    #[derive(serde::Deserialize)]
    struct Answer {
        data: Parts,
    }
    let hint = "send an answer of the Carbon Intensity API as it came: a JSON object with `data`";
    let answer: Answer = serde_json::from_str(text).map_err(|why| {
        let seen: String = text.chars().take(60).collect();
        Fault::new(Rule::Unreadable, format!("{hint}; {why}")).at("", seen)
    })?;
    let mut found = Vec::new();
    for (index, part) in answer.data.parts.iter().enumerate() {
        let pointer = match answer.data.is_list {
            true => format!("/data/{index}"),
            false => "/data".to_owned(),
        };
        Place::default().read(part, pointer, &mut found);
    }
    Ok(found)
}

/// One part, or a list of them.
struct Parts {
    is_list: bool,
    parts: Vec<Part>,
}

/// A part of an answer. Fields that are not named here, such as the mix of fuels, are left alone.
#[derive(serde::Deserialize)]
struct Part {
    regionid: Option<Value>,
    from: Option<String>,
    to: Option<String>,
    intensity: Option<Values>,
    /// The half-hours of a region.
    data: Option<Vec<Part>>,
    /// The regions of a half-hour.
    regions: Option<Vec<Part>>,
}

#[derive(serde::Deserialize)]
struct Values {
    forecast: Option<Value>,
    actual: Option<Value>,
}

impl<'de> Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Parts;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("half-hours, a region, or regions")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Parts, A::Error> {
                let parts = vec![Part::deserialize(MapAccessDeserializer::new(map))?];
                Ok(Parts {
                    is_list: false,
                    parts,
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Parts, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = sequence.next_element()? {
                    parts.push(part);
                }
                Ok(Parts {
                    is_list: true,
                    parts,
                })
            }
        }

        from.deserialize_any(OneOrMany)
    }
}

/// What the parts around a part say about it.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    region: Option<&'a Value>,
    from: Option<&'a str>,
    to: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn read(
        mut self,
        part: &'a Part,
        pointer: String,
        found: &mut Vec<Result<NesoHalfHour, BadHalfHour>>,
    ) {
        self.region = part.regionid.as_ref().or(self.region);
        self.from = part.from.as_deref().or(self.from);
        self.to = part.to.as_deref().or(self.to);
        for (name, inner) in [("data", &part.data), ("regions", &part.regions)] {
            for (index, inner) in inner.iter().flatten().enumerate() {
                self.read(inner, format!("{pointer}/{name}/{index}"), found);
            }
        }
        let is_half_hour = part.data.is_none() && part.regions.is_none();
        if part.intensity.is_some() || is_half_hour {
            let half_hour = self.half_hour(part.intensity.as_ref(), &pointer);
            found.push(half_hour.map_err(|refusal| BadHalfHour {
                refusal,
                came: self.came(part),
            }));
        }
    }

    fn half_hour(self, values: Option<&Values>, pointer: &str) -> Result<NesoHalfHour, Refusal> {
        let fault = |hint: String| Fault::new(Rule::Schema, hint);
        let region = match self.region {
            None => GridRegion::GREAT_BRITAIN,
            Some(number) => region(number)
                .ok_or_else(|| fault("a region is a number from 1 to 18".to_owned()))
                .map_err(|fault| fault.at(format!("{pointer}/regionid"), number))?,
        };
        let instant = |name: &str, text: Option<&str>| {
            text.and_then(instant).ok_or_else(|| {
                fault("a time is written 2026-03-02T09:30Z".to_owned())
                    .at(format!("{pointer}/{name}"), text.unwrap_or("nothing"))
            })
        };
        let (starts, ends) = (instant("from", self.from)?, instant("to", self.to)?);
        if ends - starts != TimeDelta::minutes(30) || starts.timestamp() % 1_800 != 0 {
            let hint = "an intensity is of one half-hour: from the hour or half past it, to half an hour later";
            let seen = format!("{starts} to {ends}");
            return Err(fault(hint.to_owned()).at(format!("{pointer}/to"), seen));
        }
        let value = |name: &str, value: Option<&Value>| {
            match value {
            None | Some(Value::Null) => Ok(None),
            Some(value) => grams(value).map(Some).ok_or_else(|| {
                let hint = format!(
                    "an intensity is a whole number of g/kWh from 0 to {MOST_GRAMS_PER_KWH}, or null"
                );
                Fault::new(Rule::Implausible, hint).at(format!("{pointer}/intensity/{name}"), value)
            }),
        }
        };
        let forecast = value(
            "forecast",
            values.and_then(|values| values.forecast.as_ref()),
        )?;
        let actual = value("actual", values.and_then(|values| values.actual.as_ref()))?;
        if forecast.is_none() && actual.is_none() {
            let hint = "a half-hour has an intensity with a forecast or an actual value";
            return Err(fault(hint.to_owned()).at(format!("{pointer}/intensity"), "neither"));
        }
        Ok(NesoHalfHour {
            pointer: pointer.to_owned(),
            region,
            starts,
            forecast,
            actual,
        })
    }

    fn came(self, part: &Part) -> Value {
        let values = part.intensity.as_ref();
        json!({
            "regionid": self.region,
            "from": self.from,
            "to": self.to,
            "intensity": values.map(|values| json!({ "forecast": values.forecast, "actual": values.actual })),
        })
    }
}

fn region(number: &Value) -> Option<GridRegion> {
    u8::try_from(number.as_u64()?).ok()?.try_into().ok()
}

fn grams(value: &Value) -> Option<u16> {
    let grams = u16::try_from(value.as_u64()?).ok()?;
    (grams <= MOST_GRAMS_PER_KWH).then_some(grams)
}

/// The API writes no seconds.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let without_seconds = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ");
    let without_seconds = without_seconds.ok().map(|at| at.and_utc());
    without_seconds.or_else(|| DateTime::<Utc>::read(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each half-hour as region, start, forecast and actual; or the pointer, rule and value of its refusal.
    fn check(text: &str, wanted: &[&str]) {
        let found = read(text).unwrap_or_else(|why| panic!("{why:?}"));
        let shown = |one: &Result<NesoHalfHour, BadHalfHour>| match one {
            Ok(half_hour) => format!(
                "{} {} {:?} {:?}",
                half_hour.region.number(),
                half_hour.starts.format("%dT%H:%M"),
                half_hour.forecast,
                half_hour.actual
            ),
            Err(BadHalfHour { refusal, .. }) => {
                format!("{} {} {}", refusal.pointer, refusal.rule, refusal.seen)
            }
        };
        let found: Vec<_> = found.iter().map(shown).collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn every_shape_of_the_api_is_read() {
        check(
            r#"{"data":[
                {"from":"2026-03-02T09:00Z","to":"2026-03-02T09:30Z","intensity":{"forecast":266,"actual":263,"index":"moderate"}},
                {"from":"2026-03-02T09:30Z","to":"2026-03-02T10:00Z","intensity":{"forecast":270,"actual":null,"index":"high"}}]}"#,
            &[
                "18 02T09:00 Some(266) Some(263)",
                "18 02T09:30 Some(270) None",
            ],
        );
        check(
            r#"{"data":{"regionid":11,"shortname":"South West England","postcode":"BS7","data":[
                {"from":"2026-12-31T23:30Z","to":"2027-01-01T00:00Z","intensity":{"forecast":152,"index":"moderate"},
                 "generationmix":[{"fuel":"biomass","perc":1.4}]}]}}"#,
            &["11 31T23:30 Some(152) None"],
        );
        check(
            r#"{"data":[{"regionid":13,"data":[{"from":"2026-03-02T09:00Z","to":"2026-03-02T09:30Z","intensity":{"forecast":1}}]}]}"#,
            &["13 02T09:00 Some(1) None"],
        );
        check(
            r#"{"data":[{"from":"2026-03-02T09:00Z","to":"2026-03-02T09:30Z","regions":[
                {"regionid":1,"intensity":{"forecast":0,"index":"very low"}},{"regionid":18,"intensity":{"forecast":99}}]}]}"#,
            &["1 02T09:00 Some(0) None", "18 02T09:00 Some(99) None"],
        );
        check(r#"{"data":[]}"#, &[]);
    }

    #[test]
    fn a_bad_half_hour_is_named_and_the_others_are_read() {
        let of = |from: &str, to: &str, intensity: &str| {
            format!(r#"{{"from":"{from}","to":"{to}","intensity":{intensity}}}"#)
        };
        let good = of(
            "2026-03-02T09:00Z",
            "2026-03-02T09:30Z",
            r#"{"forecast":5}"#,
        );
        let bad = [
            of("2026-03-02T09:00Z", "2026-03-02T10:00Z", r#"{"forecast":5}"#),
            of("2026-03-02T09:10Z", "2026-03-02T09:40Z", r#"{"forecast":5}"#),
            of("yesterday", "2026-03-02T09:30Z", r#"{"forecast":5}"#),
            of("2026-03-02T09:00Z", "2026-03-02T09:30Z", r#"{"forecast":-1}"#),
            of("2026-03-02T09:00Z", "2026-03-02T09:30Z", r#"{"forecast":5,"actual":2001}"#),
            of("2026-03-02T09:00Z", "2026-03-02T09:30Z", r#"{"forecast":null}"#),
            r#"{"regionid":19,"from":"2026-03-02T09:00Z","to":"2026-03-02T09:30Z","intensity":{"forecast":5}}"#.to_owned(),
        ];
        check(
            &format!(r#"{{"data":[{},{good}]}}"#, bad.join(",")),
            &[
                "/data/0/to schema 2026-03-02 09:00:00 UTC to 2026-03-02 10:00:00 UTC",
                "/data/1/to schema 2026-03-02 09:10:00 UTC to 2026-03-02 09:40:00 UTC",
                "/data/2/from schema yesterday",
                "/data/3/intensity/forecast implausible -1",
                "/data/4/intensity/actual implausible 2001",
                "/data/5/intensity schema neither",
                "/data/6/regionid schema 19",
                "18 02T09:00 Some(5) None",
            ],
        );
    }

    #[test]
    fn anything_else_is_no_answer() {
        for text in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"data":7}"#,
            r#"{"error":{"code":"400"}}"#,
        ] {
            let refusal = read(text).map(|_| ()).unwrap_err();
            assert_eq!(refusal.rule, Rule::Unreadable, "{text}");
        }
    }
}
