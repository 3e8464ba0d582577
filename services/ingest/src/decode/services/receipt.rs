//! The items of a receipt of waste as events, one for each way in which a part of an item is treated.

use chrono::{DateTime, SecondsFormat, Utc};
use events::{Refusal, Rule, SettlementDay, Urn, WeightBasis};
use serde_json::{Value, json};

use super::description::Waste;
use super::head::{at_root, instant};
use super::path::{Element, Path, shortened};
use super::{Parameters, RefusedElement, Service};
use crate::rules::Fault;

/// Begins the sources of events that were made from payloads.
const SOURCE: &str = "urn:greenledger:service:";

/// The longest weight of an item, in grams: more is no number that can be added up.
const MOST_GRAMS: f64 = 1e12;

/// A receipt as events.
#[derive(Debug, Default)]
pub(crate) struct Receipt {
    pub(crate) events: Vec<ItemEvent>,
    /// Items that are no events.
    pub(crate) refused: Vec<RefusedElement>,
}

/// The event of an item, or of a part of it.
#[derive(Debug)]
pub(crate) struct ItemEvent {
    /// The CloudEvent, as JSON.
    pub(crate) text: String,
    /// The number of its item among those of the receipt, from 1.
    pub(crate) number: usize,
    /// What is in the receipt where a pointer into the event points.
    pointers: Vec<(&'static str, String)>,
}

impl ItemEvent {
    /// The pointer into the receipt for one into the event.
    pub(crate) fn pointer(&self, pointer: &str) -> String {
        let found = self.pointers.iter().find(|(event, _)| *event == pointer);
        found.map_or_else(|| pointer.to_owned(), |(_, receipt)| receipt.clone())
    }
}

/// What holds for all items of a receipt.
struct Head<'a> {
    waste: &'a Waste,
    root: &'a Value,
    source: String,
    reference: String,
    school: Urn,
    /// When the receipt was issued.
    time: DateTime<Utc>,
    received: DateTime<Utc>,
    carrier: Option<String>,
    tracking_id: Option<String>,
}

/// The events of a receipt. Fails if it is none. `issued` is when it was issued, if the sender says so.
pub(crate) fn receipt(
    service: &Service,
    waste: &Waste,
    root: &Value,
    parameters: &Parameters,
    sha256: &str,
    issued: Option<DateTime<Utc>>,
) -> Result<Receipt, Refusal> {
    let items = service.description.rows(root)?;
    let head = head(service, waste, root, parameters, sha256, issued)?;
    let mut receipt = Receipt::default();
    for (number, item) in (1..).zip(items) {
        match head.item(number, &item) {
            Ok(events) => receipt.events.extend(events),
            Err(refusal) => receipt.refused.push(RefusedElement {
                number,
                pointer: item.pointer.clone(),
                text: item.value.to_string(),
                refusal,
            }),
        }
    }
    Ok(receipt)
}

fn head<'a>(
    service: &Service,
    waste: &'a Waste,
    root: &'a Value,
    parameters: &Parameters,
    sha256: &str,
    issued: Option<DateTime<Utc>>,
) -> Result<Head<'a>, Refusal> {
    let missing =
        |pointer: &str, hint: String| Fault::new(Rule::FileRow, hint).at(pointer, "nothing");
    let school = parameters.school(&waste.school);
    let school =
        school.ok_or_else(|| missing("", format!("name the school: ?{}=", waste.school)))?;
    let written = at_root(&waste.received, root)?;
    let received = instant(&waste.received, &written)?;
    let of = |path: &Path| {
        let found = path.of(root, &Element::root(root))?.text();
        (!found.is_empty()).then_some(found)
    };
    let stated = parameters.text(&waste.tracking).map(str::to_owned);
    let tracking_id = stated.or_else(|| waste.tracking_id.as_ref().and_then(of));
    let hash = sha256.get(..16).unwrap_or(sha256).to_owned();
    Ok(Head {
        waste,
        root,
        source: format!("{SOURCE}{}", service.name),
        reference: tracking_id
            .clone()
            .or_else(|| waste.references.iter().find_map(of))
            .unwrap_or(hash),
        school,
        time: issued.unwrap_or(received),
        received,
        carrier: waste.carrier.as_ref().and_then(of),
        tracking_id,
    })
}

/// A part of an item that is treated in one way.
struct Part {
    grams: i64,
    treatment: Option<String>,
    /// The pointers to its weight and its treatment.
    weight: String,
    code: String,
}

impl Head<'_> {
    /// The events of an item.
    fn item(&self, number: usize, item: &Element<'_>) -> Result<Vec<ItemEvent>, Refusal> {
        let ewc = self.ewc(item)?;
        let weight = &self.waste.weight;
        let grams = self.grams(item, &weight.amount, &weight.metric)?;
        let estimate = self.field(item, &weight.is_estimate)?;
        let basis = match estimate.value {
            Value::Bool(true) => weight.estimated,
            Value::Bool(false) => WeightBasis::Weighed,
            _ => {
                let fault = Fault::new(Rule::FileRow, "true or false");
                return Err(fault.at(estimate.pointer.clone(), shortened(&estimate.text())));
            }
        };
        let parts = self.parts(item, grams)?;
        let events = (1..).zip(&parts).map(|(at, part)| {
            let id = match parts.len() {
                1 => format!("{}-{number}", self.reference),
                _ => format!("{}-{number}-{at}", self.reference),
            };
            self.event(number, item, id, &ewc, part, basis)
        });
        Ok(events.collect())
    }

    /// The code of an item. A weight of several kinds of waste together is none of any of them.
    fn ewc<'v>(&self, item: &Element<'v>) -> Result<Element<'v>, Refusal> {
        let codes = self.waste.ewc.every(item)?;
        match codes.as_slice() {
            [code] => Ok(code.clone()),
            _ => {
                let hint = "an item of one EWC code; what each code weighs cannot be told, so send an item for each";
                let codes: Vec<_> = codes.iter().map(Element::text).collect();
                let fault = Fault::new(Rule::FileRow, hint);
                Err(fault.at(item.pointer.clone(), shortened(&codes.join(", "))))
            }
        }
    }

    /// The parts of an item, by its treatments. What no treatment is stated for is of unknown route.
    fn parts(&self, item: &Element<'_>, grams: i64) -> Result<Vec<Part>, Refusal> {
        let weight = self.waste.weight.amount.as_str();
        let whole = |grams| Part {
            grams,
            treatment: None,
            weight: format!("{}/{weight}", item.pointer),
            code: item.pointer.clone(),
        };
        let Some(treatments) = &self.waste.treatments else {
            return Ok(vec![whole(grams)]);
        };
        let stated = treatments.path.of(self.root, item);
        let Some(Value::Array(stated)) = stated.map(|stated| stated.value) else {
            return Ok(vec![whole(grams)]);
        };
        let mut parts = Vec::with_capacity(stated.len());
        for at in 0..stated.len() {
            let path = format!("{}/{at}", treatments.path.as_str());
            let Some(one) = self.root.pointer(&format!("{}/{path}", item.pointer)) else {
                continue;
            };
            let pointer = format!("{}/{path}", item.pointer);
            let one = Element::at(one, pointer);
            let code = self.field(&one, &treatments.code)?;
            parts.push(Part {
                grams: self.grams(&one, &treatments.amount, &treatments.metric)?,
                treatment: Some(code.text()),
                weight: format!("{}/{}", one.pointer, treatments.amount.as_str()),
                code: code.pointer,
            });
        }
        let treated: i64 = parts.iter().map(|part| part.grams).sum();
        if treated > grams {
            let hint = format!(
                "the parts that are treated weigh {} kg together, which is more than the item's {} kg; correct one of them",
                kilograms(treated),
                kilograms(grams)
            );
            let pointer = format!("{}/{}", item.pointer, treatments.path.as_str());
            let seen = format!("{} kg", kilograms(treated));
            return Err(Fault::new(Rule::FileRow, hint).at(pointer, seen));
        }
        if treated < grams {
            parts.push(whole(grams - treated));
        }
        Ok(parts)
    }

    /// A weight in grams.
    fn grams(&self, of: &Element<'_>, amount: &Path, metric: &Path) -> Result<i64, Refusal> {
        let amount = self.field(of, amount)?;
        let metric = self.field(of, metric)?;
        let name = metric.text();
        let known = &self.waste.weight.kilograms;
        let each = known.get(&name).ok_or_else(|| {
            let names: Vec<_> = known.keys().map(String::as_str).collect();
            let fault = Fault::new(Rule::FileRow, format!("one of {}", names.join(", ")));
            fault.at(metric.pointer.clone(), shortened(&name))
        })?;
        let number = amount.value.as_f64();
        let grams = number.map(|number| (number * each * 1000.0).round());
        match grams.filter(|grams| (1.0..=MOST_GRAMS).contains(grams)) {
            Some(grams) => Ok(grams as i64),
            None => {
                let fault = Fault::new(Rule::FileRow, "a weight of a gram or more, as a number");
                Err(fault.at(amount.pointer.clone(), shortened(&amount.text())))
            }
        }
    }

    /// A field of an item, which has to be there.
    fn field<'v>(&self, of: &Element<'v>, path: &Path) -> Result<Element<'v>, Refusal> {
        let found = path.every(of)?;
        found.into_iter().next().ok_or_else(|| {
            let fault = Fault::new(Rule::FileRow, format!("it has no `{}`", path.as_str()));
            fault.at(of.pointer.clone(), "nothing")
        })
    }

    fn event(
        &self,
        number: usize,
        item: &Element<'_>,
        id: String,
        ewc: &Element<'_>,
        part: &Part,
        basis: WeightBasis,
    ) -> ItemEvent {
        let mut data = json!({
            "collected_on": SettlementDay::of(self.received).0,
            "ewc": ewc.text(),
            "weight_kg": kilograms(part.grams),
            "basis": basis,
        });
        let optional = [
            ("treatment", &part.treatment),
            ("carrier", &self.carrier),
            ("tracking_id", &self.tracking_id),
        ];
        for (name, text) in optional {
            if let (Some(text), Some(data)) = (text, data.as_object_mut()) {
                data.insert(name.to_owned(), json!(text));
            }
        }
        let event = json!({
            "specversion": "1.0",
            "id": id,
            "source": self.source,
            "type": "waste.collected.v1",
            "time": self.time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            "subject": self.school.to_string(),
            "data": data,
        });
        let carrier = self.waste.carrier.as_ref().map(Path::as_str);
        let received = self.waste.received.as_str();
        ItemEvent {
            text: event.to_string(),
            number,
            pointers: vec![
                ("", item.pointer.clone()),
                ("/data", item.pointer.clone()),
                ("/time", received.to_owned()),
                ("/data/collected_on", received.to_owned()),
                ("/data/ewc", ewc.pointer.clone()),
                ("/data/weight_kg", part.weight.clone()),
                ("/data/treatment", part.code.clone()),
                ("/data/carrier", carrier.unwrap_or_default().to_owned()),
            ],
        }
    }
}

fn kilograms(grams: i64) -> f64 {
    grams as f64 / 1000.0
}
