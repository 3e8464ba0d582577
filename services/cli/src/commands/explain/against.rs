//! One ledger priced by two configurations, side by side.

use footprint::{FactorSetRef, Footprint};
use publish::explain::{Comparison, LineComparison, Priced, compare};
use serde_json::json;

use super::short;
use crate::args::{Explain, Format};
use crate::show;

/// Shows every footprint beside the footprint of the same trust and period with the other factors.
pub(super) fn show(
    wanted: &[&Footprint],
    others: &[Footprint],
    explain: &Explain,
    format: Format,
) -> anyhow::Result<()> {
    for one in wanted {
        let other = others
            .iter()
            .find(|other| other.period == one.period && other.trust.id == one.trust.id);
        let Some(other) = other else {
            anyhow::bail!("the other configuration gives no figures for that year");
        };
        let mut found = compare(one, other);
        if let Some(figure) = &explain.figure {
            found.lines.retain(|line| line.item.as_str() == figure);
            if found.lines.is_empty() {
                let items: Vec<&str> = one.lines.iter().map(|line| line.item.as_str()).collect();
                anyhow::bail!(
                    "no line is called {figure:?}; there are {}",
                    items.join(", ")
                );
            }
        }
        match format {
            Format::Json => show::json_line(&json!({
                "urn": one.urn, "school": one.school, "period": one.period.key(), "against": found,
            })),
            Format::Text => show::text(&describe(one, &found)),
        }
    }
    Ok(())
}

fn describe(one: &Footprint, found: &Comparison) -> String {
    let mut rows: Vec<Vec<String>> = found.lines.iter().map(row).collect();
    for (name, pair) in [("gross", &found.gross), ("voluntary", &found.voluntary)] {
        let kilograms = [pair.one, pair.other].map(|total| format!("{:.3}", total.decimal()));
        let [kg, other_kg] = kilograms;
        rows.push(vec![
            format!("{name}, together"),
            String::new(),
            String::new(),
            kg,
            String::new(),
            other_kg,
            format!("{:+.3}", pair.difference.decimal()),
        ]);
    }
    let headings = [
        "Line",
        "Quantity",
        "\u{d7} kg CO2e",
        "= kg CO2e",
        "\u{d7} the other's",
        "= kg CO2e",
        "Difference",
    ];
    let ratio =
        |value: Option<f64>| value.map_or("no data".to_owned(), |value| format!("{value:.6}"));
    let (before, after) = found.tonnes_per_pupil;
    let lacking = without(found);
    format!(
        "{} ({}), {}\n\n{}\n{lacking}\nt CO2e per pupil: {}, and {} by the other\nFactors: {}\nThe other: {}",
        one.school,
        one.urn,
        one.period.label(),
        show::table(&headings, &rows),
        ratio(before),
        ratio(after),
        set(&found.factor_set),
        set(&found.other_set)
    )
}

/// The lines that are missing from a side's totals, because it has no factor for them.
fn without(found: &Comparison) -> String {
    let lacks = |of: fn(&LineComparison) -> &Option<Priced>| -> Vec<&str> {
        let lines = found.lines.iter().filter(|line| of(line).is_none());
        lines.map(|line| line.item.as_str()).collect()
    };
    let sides = [
        ("These totals", lacks(|line| &line.one)),
        ("The other's totals", lacks(|line| &line.other)),
    ];
    let lacking = sides.into_iter().filter(|(_, items)| !items.is_empty());
    lacking
        .map(|(whose, items)| format!("{whose} lack {}: no factor\n", items.join(", ")))
        .collect()
}

fn row(line: &LineComparison) -> Vec<String> {
    let none = || "\u{2013}".to_owned();
    let factor = |priced: &Option<Priced>| {
        priced.as_ref().map_or_else(none, |priced| {
            format!("{} ({})", short(priced.factor, 9), priced.year)
        })
    };
    let kilograms = |priced: &Option<Priced>| {
        priced
            .as_ref()
            .map_or_else(none, |priced| format!("{:.3}", priced.kg_co2e.decimal()))
    };
    vec![
        format!("{}: {}", line.block.as_str(), line.item),
        format!("{:.3} {}", line.quantity.decimal(), line.unit),
        factor(&line.one),
        kilograms(&line.one),
        factor(&line.other),
        kilograms(&line.other),
        line.difference
            .map_or_else(none, |difference| format!("{:+.3}", difference.decimal())),
    ]
}

fn set(set: &FactorSetRef) -> String {
    format!(
        "{} {} ({}), {}",
        set.name,
        set.version,
        set.hash,
        set.text()
    )
}
