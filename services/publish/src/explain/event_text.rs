//! The content of an event, in a sentence. Counts of people are left out: figures with such counts are suppressed separately.

use events::{
    ActivityRecorded, Data, Direction, EvidenceFiled, MeterRegistered, SchoolRegistered,
    TravelInitiative, WasteCollected, WeightBasis,
};
use footprint::Days;
use footprint::waste::{treatment_code, waste_code};

use crate::format;

pub(super) fn event_text(data: &Data, counted: Days) -> String {
    match data {
        Data::MeterReadings(readings) => format!("readings of {}", readings.meter),
        Data::ReadingsWithdrawn(withdrawn) => {
            format!(
                "readings of {} withdrawn: {}",
                withdrawn.meter, withdrawn.reason
            )
        }
        Data::WasteCollected(waste) => collected(waste),
        Data::TravelSurveyed(survey) => format!(
            "{}, {}, surveyed on {}",
            format::label(&format::snake(survey.audience)),
            survey.group,
            format::day(survey.surveyed_on)
        ),
        Data::TravelInitiative(initiative) => started(initiative),
        Data::TravelAccredited(award) => format!(
            "{} awarded on {}, valid until {}",
            format::label(&format::snake(award.level)),
            format::day(award.awarded_on),
            format::day(award.valid_until)
        ),
        Data::ActivityRecorded(activity) => recorded(activity, counted),
        Data::EvidenceFiled(filed) => evidence(filed),
        Data::SchoolRegistered(school) => registered(school),
        Data::MeterRegistered(meter) => meter_of(meter),
        // No figure is made of it, so it is behind none.
        Data::GridIntensity(grid) => format!("intensities of the grid in {}", grid.region),
    }
}

fn collected(waste: &WasteCollected) -> String {
    if waste.withdrawn {
        return format!("a collection of EWC {}, taken back", waste.ewc);
    }
    let basis = match waste.basis {
        WeightBasis::Weighed => "weighed",
        WeightBasis::EstimatedByLift => "estimated by lift",
        WeightBasis::Average => "an average of the round",
    };
    let in_words = |words: Option<&str>| words.map_or(String::new(), |words| format!(" ({words})"));
    let mut text = format!(
        "{} kg, {basis}, of EWC {}{}",
        waste.weight_kg,
        waste.ewc,
        in_words(waste_code(waste.ewc).map(|code| code.description)),
    );
    text += &match waste.treatment {
        Some(treatment) => format!(
            " to {treatment}{}",
            in_words(treatment_code(treatment).map(|code| code.description))
        ),
        None => ", treatment not stated".to_owned(),
    };
    if let Some(lifts) = waste.lifts {
        text += &format!(", {lifts} lifts");
    }
    if let Some(bin) = &waste.container {
        text += &format!(", {} of {} litres", bin.kind, bin.litres);
    }
    if let Some(missed) = waste.missed_lifts {
        text += &format!(", {missed} lifts missed");
    }
    if let Some(kg) = waste.contaminated_kg {
        text += &format!(", {kg} kg of it contaminated");
    }
    if waste.rejected {
        text += ", the load rejected";
    }
    text
}

fn started(initiative: &TravelInitiative) -> String {
    format!(
        "{} ({}, {}), {} from {}",
        initiative.title,
        format::snake(initiative.kind),
        initiative.category,
        format::snake(initiative.status),
        format::day(initiative.started_on)
    )
}

/// A recorded activity, with the part of its days that the figure counts.
fn recorded(activity: &ActivityRecorded, counted: Days) -> String {
    let whole = Days {
        from: activity.from,
        to: activity.to,
    };
    let (part, all) = (whole.and(counted).count(), whole.count());
    let estimated = if activity.estimated {
        ", estimated"
    } else {
        ""
    };
    let share = if part < all {
        format!("; {part} of its {all} days count here")
    } else {
        String::new()
    };
    format!(
        "{} {} of {}{estimated}, {} to {}{share}",
        activity.quantity,
        activity.unit.as_str(),
        format::label(&format::snake(activity.activity)).to_lowercase(),
        format::day(activity.from),
        format::day(activity.to)
    )
}

fn evidence(filed: &EvidenceFiled) -> String {
    let expires = filed
        .expires
        .map_or_else(String::new, |day| format!(", until {}", format::day(day)));
    format!(
        "target {}: {} ({}, {}), {}{expires}",
        filed.kpi,
        filed.title,
        format::label(&format::snake(filed.kind)).to_lowercase(),
        format::label(&format::snake(filed.status)).to_lowercase(),
        format::day(filed.dated)
    )
}

fn registered(school: &SchoolRegistered) -> String {
    let until = school
        .member_to
        .map_or_else(String::new, |day| format!(" until {}", format::day(day)));
    let rolls: Vec<String> = school
        .rolls
        .iter()
        .map(|roll| {
            format!(
                "{} pupils on {} ({})",
                roll.pupils,
                format::day(roll.census_date),
                roll.source
            )
        })
        .collect();
    let rolls = if rolls.is_empty() {
        String::new()
    } else {
        format!("; {}", rolls.join(", "))
    };
    format!(
        "{}, of {} from {}{until}{rolls}",
        school.name,
        school.trust.name,
        format::day(school.member_from)
    )
}

fn meter_of(meter: &MeterRegistered) -> String {
    let since = format::day(meter.from);
    if meter.is_taken_back() {
        return format!("what was registered from {since} on is taken back");
    }
    let until = meter
        .to
        .map_or_else(String::new, |day| format!(" until {}", format::day(day)));
    let content = meter
        .calorific_value
        .map_or_else(String::new, |value| format!(", {value} MJ/m\u{b3}"));
    let unit = meter.unit.map_or_else(String::new, |unit| {
        format!(", its numbers are {}", unit.as_str())
    });
    let direction = match meter.direction {
        Some(Direction::Export) => ", only what is exported",
        None => "",
    };
    let contracts: Vec<String> = meter
        .tariffs
        .iter()
        .map(|tariff| {
            format!(
                ", contract {} ({} kg CO2e per kWh, {}) from {}",
                tariff.name,
                tariff.kg_co2e_per_kwh,
                tariff.evidence,
                format::day(tariff.from)
            )
        })
        .collect();
    let name = meter.name.as_deref();
    let name = name.map_or_else(String::new, |name| format!("{name}: "));
    format!(
        "{name}{} of this school from {since}{until}{content}{unit}{direction}{}",
        meter.fuel.as_str(),
        contracts.concat()
    )
}
