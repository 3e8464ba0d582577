//! A row for each collection of waste.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{
    Container, Data, Ewc, Refusal, Rule, Treatment, WasteCollected, WeightBasis, is_text,
};

use super::description::{Bin, Lifts, Waste, WeightUnit, Withdrawn};
use super::line::Line;
use super::{EventName, Faults, SchoolEvent, SchoolName, SchoolSheet, because_of, has_begun};
use crate::decode::files::description::OneOrMore;
use crate::rules::{Fault, weight_is_possible};

/// What tells a row from the others of a file, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum RowKey {
    Reference(String),
    /// Its school, day, waste and bin.
    Texts([String; 4]),
}

/// A row as far as it could be read.
struct ReadRow {
    key: RowKey,
    /// Which of the rows with this key it is, from 1.
    number: usize,
    read: Result<(SchoolName, WasteCollected), Vec<Refusal>>,
}

/// The school and the day of a row, as they are written, and its line.
type Place = (String, String, usize);

pub(super) fn read<'a>(
    waste: &Waste,
    lines: &[Line<'a, '_>],
    today: NaiveDate,
    sheet: &mut SchoolSheet<'a>,
) {
    sheet.columns = columns(waste, lines);
    let mut places: BTreeMap<RowKey, Vec<Place>> = BTreeMap::new();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let key = key(waste, line);
        let place = |column: &OneOrMore| line.text(column).to_lowercase();
        let same = places.entry(key.clone()).or_default();
        same.push((
            place(&waste.school.column),
            place(&waste.date.column),
            line.at.line,
        ));
        let number = same.len();
        let read = row(waste, line, today, sheet);
        rows.push(ReadRow { key, number, read });
    }
    let mut seen: BTreeMap<(RowKey, String), usize> = BTreeMap::new();
    for (line, row) in lines.iter().zip(rows) {
        let elsewhere = places.get(&row.key).and_then(|places| elsewhere(places));
        let named = match (&row.key, elsewhere) {
            (RowKey::Reference(reference), Some(other)) => {
                let hint = "the same reference names another school or day. A reference names one collection: where it is \
                            that of a contract or a season ticket, leave `reference` out of the format";
                Err(vec![because_of(line.at, other, hint, reference)])
            }
            _ => name(&row, line),
        };
        match (row.read, named) {
            (Ok((school, data)), Ok(name)) => {
                sheet.saw(data.collected_on, today);
                let same = seen.entry((row.key, format!("{data:?}")));
                let first = *same.or_insert(line.at.line);
                if first != line.at.line {
                    let alike = format!("line {} as line {first}", line.at.line);
                    sheet.alike.push(alike);
                }
                sheet.events.push(SchoolEvent {
                    rows: vec![line.at],
                    school,
                    name,
                    data: Data::WasteCollected(data),
                });
            }
            (Err(refusals), _) | (Ok(_), Err(refusals)) => sheet.refuse(line.at, refusals),
        }
    }
}

fn columns(waste: &Waste, lines: &[Line<'_, '_>]) -> Vec<(&'static str, String)> {
    let fields = [
        ("/subject", Some(&waste.school.column)),
        ("/data/collected_on", Some(&waste.date.column)),
        ("/data/ewc", Some(&waste.waste.column)),
        ("/data/weight_kg", waste.weight.column.as_ref()),
        (
            "/data/container/litres",
            waste.container.as_ref().map(|bin| &bin.column),
        ),
        (
            "/data/lifts",
            waste.lifts.as_ref().map(|lifts| &lifts.column),
        ),
        (
            "/data/missed_lifts",
            waste.lifts.as_ref().and_then(|lifts| lifts.missed.as_ref()),
        ),
    ];
    super::line::columns(lines, &fields)
}

/// The first line of another school or day than the first, if there is one.
fn elsewhere(places: &[Place]) -> Option<usize> {
    let of = |(school, day, _): &Place| (school.clone(), day.clone());
    let distinct: BTreeSet<_> = places.iter().map(of).collect();
    let first = places.first().map(of)?;
    let other = places.iter().find(|place| of(place) != first)?;
    (distinct.len() > 1).then_some(other.2)
}

fn key(waste: &Waste, line: &Line<'_, '_>) -> RowKey {
    let reference = waste.reference.as_ref();
    if let Some(reference) = reference.and_then(|reference| line.maybe(&reference.column)) {
        return RowKey::Reference(reference.to_owned());
    }
    let bin = waste.container.as_ref();
    let texts = [
        line.text(&waste.school.column),
        line.text(&waste.date.column),
        line.text(&waste.waste.column),
        bin.map_or("", |bin| line.text(&bin.column)),
    ];
    RowKey::Texts(texts.map(str::to_lowercase))
}

fn name(row: &ReadRow, line: &Line<'_, '_>) -> Result<EventName, Vec<Refusal>> {
    match (&row.key, &row.read) {
        (RowKey::Reference(reference), _) => {
            let id = match row.number {
                1 => reference.clone(),
                number => format!("{reference}#{number}"),
            };
            if is_text(&id) {
                return Ok(EventName::Reference(id));
            }
            let hint = "a reference is 1 to 200 characters without control characters";
            let fault = Fault::new(Rule::FileRow, hint);
            Err(vec![fault.at(super::row(line.at.line), reference)])
        }
        (RowKey::Texts([_, _, waste, bin]), Ok((_, data))) => {
            let day = data.collected_on;
            let what = format!("{day}\n{waste}\n{bin}\n{}", row.number);
            Ok(EventName::About("collection", what))
        }
        (RowKey::Texts(_), Err(_)) => Ok(EventName::About("collection", String::new())),
    }
}

fn row(
    waste: &Waste,
    line: &Line<'_, '_>,
    today: NaiveDate,
    sheet: &SchoolSheet<'_>,
) -> Result<(SchoolName, WasteCollected), Vec<Refusal>> {
    let mut faults = Faults::default();
    let school = faults.take(line.school(&waste.school));
    let day = faults.take(line.day(&waste.date.column).and_then(|day| {
        let begun = has_begun(day, today);
        let refused = |fault| line.refuse(&waste.date.column, fault, &day.to_string());
        begun.map_err(refused).map(|()| day)
    }));
    let what = "an EWC code is six digits, such as 200301";
    let ewc = faults.take(line.meaning(&waste.waste, what, ewc));
    let treatment = waste.treatment.as_ref();
    let treatment = treatment.filter(|treatment| line.maybe(&treatment.column).is_some());
    let what = "a treatment is R1 to R13 or D1 to D15";
    let treatment = treatment.map(|texts| faults.take(line.meaning(texts, what, treatment_code)));
    let bin = waste.container.as_ref();
    let bin = bin.filter(|bin| line.maybe(&bin.column).is_some());
    let bin = bin.map(|bin| faults.take(container(bin, line)));
    let lifts = faults.take(lifts(waste.lifts.as_ref(), line));
    let withdrawn = waste
        .withdrawn
        .as_ref()
        .is_some_and(|withdrawn| withdrawn.says(line));
    let weight = match (ewc, &bin, lifts) {
        // What a collection weighed that is taken back does not matter.
        _ if withdrawn => Some((0.0, WeightBasis::Average)),
        // What is wrong with the bin is said already.
        (_, Some(None), _) => None,
        (Some(ewc), bin, Some(lifts)) => {
            let bin = bin.as_ref().and_then(Option::as_ref);
            faults.take(weight(waste, line, ewc, bin, lifts))
        }
        _ => None,
    };
    let (Some(school), Some(day), Some(ewc), Some((lifts, missed_lifts)), Some((kg, basis))) =
        (school, day, ewc, lifts, weight)
    else {
        return Err(faults.0);
    };
    if !faults.0.is_empty() {
        return Err(faults.0);
    }
    let data = WasteCollected {
        collected_on: day,
        ewc,
        weight_kg: kg,
        basis,
        treatment: treatment.flatten(),
        container: bin.flatten(),
        lifts,
        missed_lifts,
        contaminated_kg: None,
        rejected: false,
        carrier: None,
        tracking_id: None,
        replaces: None,
        withdrawn,
    };
    let checked = data.check();
    checked.map_err(|error| vec![line.breaks(sheet, &error)])?;
    weight_is_possible(&data).map_err(|refusal| vec![at_row(line, sheet, refusal)])?;
    Ok((school, data))
}

impl Withdrawn {
    /// Whether a row takes its collection back.
    fn says(&self, line: &Line<'_, '_>) -> bool {
        let text = line.text(&self.column);
        self.texts.iter().any(|one| one.eq_ignore_ascii_case(text))
    }
}

/// A refusal of an event at its row.
fn at_row(line: &Line<'_, '_>, sheet: &SchoolSheet<'_>, refusal: Refusal) -> Refusal {
    let column = sheet.column(&refusal.pointer);
    let seen = match column {
        Some(column) => format!("{column}: {}", refusal.seen),
        None => refusal.seen.clone(),
    };
    Refusal {
        pointer: super::row(line.at.line),
        seen,
        ..refusal
    }
}

/// An EWC code, with or without the spaces and the star that lists of waste have.
fn ewc(text: &str) -> Option<Ewc> {
    let code = text.trim_end_matches('*').replace([' ', '.'], "");
    Ewc::try_from(code).ok()
}

fn treatment_code(text: &str) -> Option<Treatment> {
    Treatment::try_from(text.replace(' ', "").to_uppercase()).ok()
}

fn container(bin: &Bin, line: &Line<'_, '_>) -> Result<Container, Refusal> {
    let text = line.required(&bin.column)?;
    let wrong = |hint: String| {
        let fault = Fault::new(Rule::FileRow, hint);
        line.refuse(&bin.column, fault, text)
    };
    let Some(kind) = &bin.kind else {
        let is = |name: &&String| name.eq_ignore_ascii_case(text);
        let known = bin
            .names
            .keys()
            .find(is)
            .and_then(|name| bin.names.get(name));
        return known.cloned().ok_or_else(|| {
            let names: Vec<_> = bin.names.keys().map(String::as_str).collect();
            wrong(format!("this format knows {}", names.join(", ")))
        });
    };
    let number = text.trim_end_matches(|letter: char| letter.is_alphabetic());
    let unit = text.get(number.len()..).unwrap_or_default().to_lowercase();
    let litres = number.trim().replace(',', "").parse().ok();
    let is_litres = ["", "l", "lt", "ltr", "litre", "litres"].contains(&unit.as_str());
    let litres = litres.filter(|litres| is_litres && (1..=50_000).contains(litres));
    let litres = litres.ok_or_else(|| {
        wrong("the size of a bin in litres, a whole number from 1 to 50000".to_owned())
    })?;
    Ok(Container {
        kind: kind.clone(),
        litres,
    })
}

/// The bins that were emptied and those that were not; none where the row does not say, or there were none.
fn lifts(
    lifts: Option<&Lifts>,
    line: &Line<'_, '_>,
) -> Result<(Option<u32>, Option<u32>), Refusal> {
    let count = |column: Option<&OneOrMore>| match column {
        Some(column) if line.maybe(column).is_some() => {
            let count = line.whole(column)?;
            Ok((count > 0).then_some(count))
        }
        _ => Ok(None),
    };
    let emptied = count(lifts.map(|lifts| &lifts.column))?;
    let missed = count(lifts.and_then(|lifts| lifts.missed.as_ref()))?;
    Ok((emptied, missed))
}

/// The weight in kilograms, to the gram, and how it came about.
fn weight(
    waste: &Waste,
    line: &Line<'_, '_>,
    ewc: Ewc,
    bin: Option<&Container>,
    (lifts, missed): (Option<u32>, Option<u32>),
) -> Result<(f64, WeightBasis), Refusal> {
    // Adding nothing turns a negative zero into zero.
    let to_the_gram = |kg: f64| (kg * 1_000.0).round() / 1_000.0 + 0.0;
    let was_missed = missed.is_some() && lifts.is_none();
    let Some(column) = &waste.weight.column else {
        if was_missed {
            return Ok((0.0, WeightBasis::EstimatedByLift));
        }
        let needed = |what: &str| {
            let hint = format!("the weight is estimated by lift: the row needs {what}");
            Fault::new(Rule::FileRow, hint).at(super::row(line.at.line), "nothing")
        };
        let bin = bin.ok_or_else(|| needed("a bin"))?;
        let lifts = lifts.ok_or_else(|| needed("how many bins were emptied"))?;
        let density = waste.weight.kg_per_litre.get(&ewc.to_string());
        let density = density.ok_or_else(|| {
            let known: Vec<_> = waste.weight.kg_per_litre.keys().cloned().collect();
            let hint = format!(
                "`kg_per_litre` of the format has no density of {ewc}; it has {}",
                known.join(", ")
            );
            line.refuse(
                &waste.waste.column,
                Fault::new(Rule::FileRow, hint),
                line.text(&waste.waste.column),
            )
        })?;
        let litres = f64::from(bin.litres) * f64::from(lifts);
        return Ok((to_the_gram(litres * density), WeightBasis::EstimatedByLift));
    };
    let basis = waste.basis.as_ref().map(|basis| line.named(basis));
    let basis = basis.transpose()?.unwrap_or(WeightBasis::Average);
    if was_missed && line.maybe(column).is_none() {
        return Ok((0.0, basis));
    }
    let unit = waste.unit.as_ref().map(|unit| line.named(unit));
    let in_kilograms = match unit.transpose()? {
        Some(WeightUnit::Tonne) => 1_000.0,
        Some(WeightUnit::Kilogram) | None => 1.0,
    };
    let number = line.number(column)?;
    Ok((to_the_gram(number * in_kilograms), basis))
}
