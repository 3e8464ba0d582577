//! A row of GIAS.

use chrono::NaiveDate;
use events::{Data, Heating, Phase, Roll, Rule, TrustRef, Urn};
use ingest::TextRow;

use super::super::cells::{Fault, day, is_blank};
use super::super::place::{Place, Problem};
use super::{
    CENSUS, CLOSED, COLUMNS, Choice, HEATING, MEMBER_FROM, NAME, OPENED, PHASE, PUPILS, STATUS,
    StatedSchool, TRUST, TRUST_NAME, URN,
};

/// The school of a row; none if it is of no trust, in a file that was not asked for it.
pub fn school(
    row: &TextRow,
    place: &Place,
    choice: &Choice,
) -> Result<Option<StatedSchool>, Problem> {
    let cell = |column: usize| row.cells[column].as_str();
    let name = |column: usize| COLUMNS[column].names[0];
    let bad =
        |column: usize, (rule, hint): Fault| place.problem(rule, name(column), cell(column), hint);
    let row_fault = |column: usize, hint: String| bad(column, (Rule::FileRow, hint));
    let maybe_day = |column: usize| -> Result<Option<NaiveDate>, Problem> {
        let text = Some(cell(column)).filter(|text| !is_blank(text));
        text.map(day)
            .transpose()
            .map_err(|fault| bad(column, fault))
    };
    let urn: Urn = cell(URN)
        .parse()
        .map_err(|error: events::UrnError| row_fault(URN, error.to_string()))?;
    let uid = cell(TRUST);
    if is_blank(uid) {
        if choice.urns.is_empty() {
            return Ok(None);
        }
        let hint =
            "the school belongs to no trust by this file; register it with school.registered.v1";
        return Err(row_fault(TRUST, hint.to_owned()));
    }
    let status = cell(STATUS);
    let stated = StatedSchool {
        place: place.clone(),
        urn,
        name: cell(NAME).to_owned(),
        phase: phase(cell(PHASE)).map_err(|hint| row_fault(PHASE, hint))?,
        trust: TrustRef {
            id: choice.trust_id.clone().unwrap_or_else(|| uid.to_owned()),
            name: cell(TRUST_NAME).to_owned(),
        },
        opened: maybe_day(OPENED)?,
        closed: maybe_day(CLOSED)?,
        is_closed: status.eq_ignore_ascii_case("Closed"),
        member_from: maybe_day(MEMBER_FROM)?,
        roll: roll(cell(PUPILS), maybe_day(CENSUS)?, choice)
            .map_err(|hint| row_fault(PUPILS, hint))?,
        heating: heating(cell(HEATING)).map_err(|hint| row_fault(HEATING, hint))?,
    };
    let from = stated.member_from.or(stated.opened).unwrap_or_default();
    let checked = Data::SchoolRegistered(stated.registration(from)).check();
    checked.map_err(|error| {
        let column = match error.pointer.as_str() {
            "/data/name" => NAME,
            "/data/trust/id" => TRUST,
            "/data/trust/name" => TRUST_NAME,
            "/data/member_to" => CLOSED,
            _ => PUPILS,
        };
        row_fault(column, format!("it must be {}", error.rule))
    })?;
    Ok(Some(stated))
}

fn phase(text: &str) -> Result<Phase, String> {
    const PHASES: [(&str, Phase); 8] = [
        ("Nursery", Phase::Nursery),
        ("Primary", Phase::Primary),
        ("Middle deemed primary", Phase::Primary),
        ("Secondary", Phase::Secondary),
        ("Middle deemed secondary", Phase::Secondary),
        ("All-through", Phase::AllThrough),
        ("16 plus", Phase::SixteenPlus),
        ("Not applicable", Phase::NotApplicable),
    ];
    let known = PHASES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text));
    known.map(|(_, phase)| *phase).ok_or_else(|| {
        let names = PHASES.map(|(name, _)| name).join(", ");
        format!("the phases of GIAS are {names}")
    })
}

fn roll(pupils: &str, census: Option<NaiveDate>, choice: &Choice) -> Result<Option<Roll>, String> {
    let (false, Some(census_date)) = (is_blank(pupils), census) else {
        return Ok(None);
    };
    let pupils = pupils
        .parse()
        .map_err(|_| "it is a whole number of pupils".to_owned())?;
    Ok(Some(Roll {
        pupils,
        census_date,
        source: choice.roll_source.clone(),
    }))
}

fn heating(text: &str) -> Result<Option<Heating>, String> {
    match text.to_lowercase().as_str() {
        text if is_blank(text) => Ok(None),
        // What meters and activities show is not registered.
        "gas" | "oil" | "lpg" | "wood" | "biomass" => Ok(None),
        "electricity" => Ok(Some(Heating::Electricity)),
        "district_heat" | "district heat" | "district heating" => Ok(Some(Heating::DistrictHeat)),
        _ => Err(
            "it is electricity or district heat; leave it empty for gas or a fuel that is recorded"
                .to_owned(),
        ),
    }
}
