//! What a school's figures are made of: lines, months and travel.

use chrono::NaiveDate;
use events::kilowatt_hours;
use footprint::{Footprint, Line, MonthFigures};

use super::key;
use crate::rollup::{BlockOrder, TrustView};
use crate::suppress::{self, Shown};
use crate::table::Table;
use crate::words;

/// Every carbon line: what was used, the factor and its provenance, and the carbon.
pub fn lines(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a Line);
    let rows = each(view, |school| &school.lines);
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .text("block", |(_, line)| {
            Some(BlockOrder::from(line.block).as_str().to_owned())
        })
        .int("scope", |(_, line)| Some(line.scope.into()))
        .text("item", |(_, line)| Some(line.item.clone()))
        .int("quantity_millionths", |(_, line)| Some(line.quantity))
        .float("quantity", |(_, line)| Some(kilowatt_hours(line.quantity)))
        .text("unit", |(_, line)| Some(line.unit.clone()))
        .int("energy_milliwatt_hours", |(_, line)| line.energy)
        .float("energy_kwh", |(_, line)| line.energy.map(kilowatt_hours))
        .flag("priced", |(_, line)| Some(line.price.is_some()))
        .float("factor_kg_co2e_per_unit", |(_, line)| {
            Some(line.price.as_ref()?.factor)
        })
        .int("factor_year", |(_, line)| {
            Some(line.price.as_ref()?.year.into())
        })
        .text("factor_row", |(_, line)| {
            Some(line.price.as_ref()?.row.clone())
        })
        .text("factor_provenance", |(_, line)| {
            Some(line.price.as_ref()?.provenance.clone())
        })
        .int("mg_co2e", |(_, line)| Some(line.price.as_ref()?.co2e.0))
        .float("kg_co2e", |(_, line)| {
            Some(line.price.as_ref()?.co2e.kilograms())
        })
        .text("factor_set_name", |(school, _)| {
            Some(school.factor_set.name.clone())
        })
        .text("factor_set_version", |(school, _)| {
            Some(school.factor_set.version.clone())
        })
        .text("factor_set_hash", |(school, _)| {
            Some(school.factor_set.hash.clone())
        });
    Table::new("lines", columns, rows)
}

/// Energy by calendar month and use.
pub fn months(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a MonthFigures);
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .text("month", |(_, month)| Some(month.month.clone()))
        .flag("whole_month", |(school, month)| {
            Some(words::month_is_whole(
                &month.month,
                crate::rollup::passed(school.period),
            ))
        })
        .text("item", |(_, month)| Some(month.item.clone()))
        .int("energy_milliwatt_hours", |(_, month)| Some(month.energy))
        .float("energy_kwh", |(_, month)| {
            Some(kilowatt_hours(month.energy))
        });
    Table::new("months", columns, each(view, |school| &school.months))
}

struct Fact {
    measure: &'static str,
    audience: Option<String>,
    category: Option<String>,
    shown: Shown,
    until: Option<NaiveDate>,
}

/// Surveys, initiatives and the STARS level, one count a row. A count under five is nothing, and marked suppressed.
pub fn travel(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, Fact);
    let rows = view.schools.iter().flat_map(|school| {
        facts(school)
            .into_iter()
            .map(|fact| (school.as_ref(), fact))
            .collect::<Vec<_>>()
    });
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .text("measure", |(_, fact)| Some(fact.measure.to_owned()))
        .text("audience", |(_, fact)| fact.audience.clone())
        .text("category", |(_, fact)| fact.category.clone())
        .int("count", |(_, fact)| fact.shown.count().map(i64::from))
        .flag("suppressed", |(_, fact)| Some(fact.shown.count().is_none()))
        .day("valid_until_day", |(_, fact)| fact.until);
    Table::new("travel", columns, rows)
}

fn facts(school: &Footprint) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |measure, audience: Option<String>, category, shown, until| {
        facts.push(Fact {
            measure,
            audience,
            category,
            shown,
            until,
        });
    };
    for (audience, survey) in &school.travel.surveys {
        let audience = || Some(words::snake(audience));
        add(
            "survey_roll",
            audience(),
            None,
            Shown::Count(survey.roll),
            None,
        );
        add(
            "survey_responses",
            audience(),
            None,
            suppress::shown(survey.responses),
            None,
        );
        for (mode, shown) in suppress::table(&survey.current) {
            add(
                "survey_current",
                audience(),
                Some(words::snake(mode)),
                shown,
                None,
            );
        }
        for (mode, shown) in suppress::table(&survey.preferred) {
            add(
                "survey_preferred",
                audience(),
                Some(words::snake(mode)),
                shown,
                None,
            );
        }
    }
    for (kind, count) in &school.travel.delivered {
        add(
            "initiatives_delivered",
            None,
            Some(words::snake(kind)),
            Shown::Count(*count),
            None,
        );
    }
    for (kind, count) in &school.travel.planned {
        add(
            "initiatives_planned",
            None,
            Some(words::snake(kind)),
            Shown::Count(*count),
            None,
        );
    }
    if let Some(stars) = &school.travel.stars {
        let rank = Shown::Count(words::stars_rank(Some(stars.level)));
        add(
            "stars_level",
            None,
            Some(words::snake(stars.level)),
            rank,
            Some(stars.valid_until),
        );
    }
    facts
}

pub(super) fn each<'a, P>(
    view: &'a TrustView,
    parts: fn(&'a Footprint) -> &'a Vec<P>,
) -> impl Iterator<Item = (&'a Footprint, &'a P)> {
    view.schools.iter().flat_map(move |school| {
        parts(school)
            .iter()
            .map(move |part| (school.as_ref(), part))
    })
}
