//! A school's gauges.

use std::collections::BTreeMap;

use footprint::{Block, is_active, is_sustainable};

use super::exposition::{Exposition, label};
use super::{Shown, joules};
use crate::rollup::Totals;
use crate::suppress;
use crate::words;

pub(super) fn write(text: &mut Exposition, shown: &[Shown<'_>]) {
    carbon(text, shown);
    energy(text, shown);
    coverage(text, shown);
    waste(text, shown);
    travel(text, shown);
    let mut family = text.gauge(
        "greenledger_school_incomplete",
        "1 when the figures lack something, else 0.",
    );
    for school in shown {
        family.sample(
            &school.labels,
            f64::from(u8::from(!school.footprint.incomplete.is_empty())),
        );
    }
}

fn carbon(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut family = text.gauge(
        "greenledger_school_carbon_intensity_grams_per_pupil",
        "Statutory gross emissions over the roll, location-based.",
    );
    for school in shown {
        let labels = format!(
            "{},{}",
            school.labels,
            label("phase", &words::snake(school.footprint.phase))
        );
        family.sample(
            &labels,
            school
                .footprint
                .tonnes_per_pupil()
                .map(|tonnes| tonnes * 1e6),
        );
    }
    let mut family = text.gauge(
        "greenledger_school_emissions_grams",
        "Priced emissions by line; the statutory and the voluntary block are never added.",
    );
    for school in shown {
        let mut lines: BTreeMap<(&str, u8, &str), i64> = BTreeMap::new();
        for line in &school.footprint.lines {
            let block = match line.block {
                Block::Statutory => "statutory",
                Block::Voluntary => "voluntary",
                Block::BelowLine | Block::MarketBased => continue,
            };
            if let Some(price) = &line.price {
                *lines.entry((block, line.scope, &line.item)).or_default() += price.co2e.0;
            }
        }
        for ((block, scope, item), milligrams) in lines {
            let more = [
                ("block", block),
                ("scope", &scope.to_string()),
                ("line", item),
            ];
            family.sample_with(&school.labels, &more, milligrams as f64 / 1e3);
        }
    }
    let mut family = text.gauge(
        "greenledger_school_pupils",
        "The roll that the intensity divides by.",
    );
    for school in shown {
        family.sample(
            &school.labels,
            school
                .footprint
                .pupils
                .as_ref()
                .map(|roll| f64::from(roll.pupils)),
        );
    }
}

fn energy(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut family = text.gauge(
        "greenledger_school_energy_joules",
        "Energy by fuel; export is what was sent to the grid.",
    );
    for school in shown {
        for (fuel, energy) in Totals::of([school.footprint]).energy {
            family.sample_with(&school.labels, &[("fuel", fuel.as_str())], joules(energy));
        }
    }
}

fn coverage(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut each = |name, help, value: fn(&footprint::Coverage) -> Option<f64>| {
        let mut family = text.gauge(name, help);
        for school in shown {
            family.sample(&school.labels, value(&school.footprint.coverage));
        }
    };
    each(
        "greenledger_school_coverage_ratio",
        "Half-hours present over those expected by now.",
        |coverage| coverage.ratio(),
    );
    each(
        "greenledger_school_estimated_ratio",
        "Half-hours estimated by the supplier over those present.",
        |coverage| coverage.estimated_ratio(),
    );
    each(
        "greenledger_school_half_hours_expected",
        "Half-hours that should have been measured by now, all meters.",
        |coverage| Some(coverage.expected as f64),
    );
    each(
        "greenledger_school_half_hours_present",
        "Half-hours that were measured, estimates included.",
        |coverage| Some(coverage.present as f64),
    );
    let mut family = text.gauge(
        "greenledger_school_last_reading_timestamp_seconds",
        "When the last half-hour that came ended.",
    );
    for school in shown.iter().filter(|school| school.trailing) {
        let last = school.footprint.coverage.last_reading;
        family.sample(&school.school, last.map(|last| last.timestamp() as f64));
    }
}

fn waste(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut family = text.gauge(
        "greenledger_school_waste_grams",
        "Waste collected, by what became of it.",
    );
    for school in shown {
        for (route, grams) in Totals::of([school.footprint]).waste_by_route() {
            family.sample_with(&school.labels, &[("route", route)], grams as f64);
        }
    }
    let mut family = text.gauge(
        "greenledger_school_recycling_ratio",
        "Dry recycling, food and garden waste over all waste.",
    );
    for school in shown {
        family.sample(&school.labels, school.footprint.waste.recycling_ratio());
    }
    let mut family = text.gauge(
        "greenledger_school_landfill_diversion_ratio",
        "Everything but landfill over all waste.",
    );
    for school in shown {
        family.sample(&school.labels, school.footprint.waste.diversion_ratio());
    }
}

fn travel(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut family = text.gauge(
        "greenledger_school_travel_mode_ratio",
        "Share of pupils' answers; absent where it would tell a count under five. Sustainable includes active.",
    );
    for school in shown {
        let Some(survey) = school
            .footprint
            .travel
            .surveys
            .get(&events::Audience::Pupil)
        else {
            continue;
        };
        let groups = [
            ("active", suppress::share(survey, is_active)),
            ("sustainable", suppress::share(survey, is_sustainable)),
            (
                "car",
                suppress::share(survey, |mode| mode == events::Mode::Car),
            ),
        ];
        for (group, share) in groups {
            if let Some(share) = share {
                family.sample_with(&school.labels, &[("mode", group)], share);
            }
        }
    }
    let mut family = text.gauge(
        "greenledger_school_survey_response_ratio",
        "Answers over the roll, by whom was asked.",
    );
    for school in shown {
        for (audience, survey) in &school.footprint.travel.surveys {
            let told = suppress::shown(survey.responses)
                .count()
                .and(survey.response_ratio());
            if let Some(ratio) = told {
                family.sample_with(
                    &school.labels,
                    &[("audience", &words::snake(audience))],
                    ratio,
                );
            }
        }
    }
    let mut family = text.gauge(
        "greenledger_school_initiatives",
        "Travel initiatives delivered, by kind.",
    );
    for school in shown {
        for (kind, count) in &school.footprint.travel.delivered {
            family.sample_with(
                &school.labels,
                &[("kind", &words::snake(kind))],
                f64::from(*count),
            );
        }
    }
    let mut family = text.gauge(
        "greenledger_school_stars_level",
        "Modeshift STARS: 0 none, 1 approved, 2 good, 3 very good, 4 excellent, 5 outstanding.",
    );
    for school in shown.iter().filter(|school| school.trailing) {
        let level = school
            .footprint
            .travel
            .stars
            .as_ref()
            .map(|stars| stars.level);
        family.sample(&school.school, f64::from(words::stars_rank(level)));
    }
}
