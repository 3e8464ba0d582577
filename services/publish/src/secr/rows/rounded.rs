//! A year's figures rounded for reading, so that the rows under a total add up to the total as it is shown.

use crate::format;
use crate::secr::{Figure, Year};

/// Numbers are compared in billionths: a milligram of a tonne.
const ONE: f64 = 1e9;
const WHOLE: i128 = 1_000_000_000;
const HUNDREDTH: i128 = WHOLE / 100;

/// The year with its parts as they are to be shown. Parts that do not add up to the total, as in tables of others, stay
/// unchanged, and so do figures written by others.
pub(super) fn rounded(year: &Year) -> Year {
    let mut shown = year.clone();
    let energy = &mut shown.energy_kwh;
    share_out(
        &year.energy_kwh.total,
        [
            &mut energy.gas,
            &mut energy.electricity,
            &mut energy.transport_fuel,
            &mut energy.other_heating_fuels,
        ],
        WHOLE,
        None,
    );
    let of_scope_1 = share_out(
        &year.total_gross_tco2e,
        [
            &mut shown.scope_1_tco2e.total,
            &mut shown.scope_2_tco2e.purchased_electricity,
            &mut shown.scope_3_tco2e.employee_owned_vehicles,
        ],
        HUNDREDTH,
        None,
    );
    let scope_1 = &mut shown.scope_1_tco2e;
    share_out(
        &year.scope_1_tco2e.total,
        [
            &mut scope_1.gas,
            &mut scope_1.owned_transport,
            &mut scope_1.other_fuels,
        ],
        HUNDREDTH,
        of_scope_1,
    );
    let lines = shown.voluntary.lines.iter_mut();
    share_out(
        &year.voluntary.total_tco2e,
        lines.map(|line| &mut line.tco2e),
        HUNDREDTH,
        None,
    );
    shown
}

/// Rounds parts to whole steps so that they add up to `shown`, or to the rounded total; returns the first part's steps.
fn share_out<'a>(
    total: &Option<Figure>,
    parts: impl IntoIterator<Item = &'a mut Option<Figure>>,
    step: i128,
    shown: Option<i128>,
) -> Option<i128> {
    let total = billionths(total.as_ref()?)?;
    let mut parts: Vec<&mut Option<Figure>> = parts.into_iter().collect();
    let exact: Option<Vec<i128>> = parts
        .iter()
        .map(|part| part.as_ref().map_or(Some(0), billionths))
        .collect();
    let exact = exact?;
    // The last digit of a double is noise.
    if (exact.iter().sum::<i128>() - total).abs() > WHOLE / 100_000 {
        return None;
    }
    let sum = exact.iter().sum();
    let shown = shown.unwrap_or_else(|| format::steps(sum, step));
    let rounded = format::under(&exact, shown, step);
    for (part, steps) in parts.iter_mut().zip(&rounded) {
        if let Some(part) = part {
            *part = Figure::Number((steps * step) as f64 / ONE);
        }
    }
    rounded.first().copied()
}

fn billionths(figure: &Figure) -> Option<i128> {
    match figure {
        Figure::Number(number) if number.is_finite() => Some((number * ONE).round() as i128),
        Figure::Number(_) | Figure::Written(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secr::{Scope1, Scope2, Scope3};

    /// 1.004 + 1.004 = 2.008 t of scope 1, with 3.004 and 4.004 t beside it: 9.016 t, shown as 9.02. The parts rounded
    /// down, 2.00, 3.00 and 4.00, are two hundredths short of 9.02: scope 1 lost most and gets one, electricity the
    /// other. Scope 1's 2.01 are 1.01 and 1.00.
    #[test]
    fn parts_of_parts_add_up_as_well() {
        let figure = |number: f64| Some(Figure::Number(number));
        let year = Year {
            scope_1_tco2e: Scope1 {
                gas: figure(1.004),
                owned_transport: figure(1.004),
                other_fuels: None,
                total: figure(2.008),
            },
            scope_2_tco2e: Scope2 {
                purchased_electricity: figure(3.004),
            },
            scope_3_tco2e: Scope3 {
                employee_owned_vehicles: figure(4.004),
            },
            total_gross_tco2e: figure(9.016),
            ..Year::default()
        };
        let shown = rounded(&year);
        let scope_1 = Scope1 {
            gas: figure(1.01),
            owned_transport: figure(1.0),
            other_fuels: None,
            total: figure(2.01),
        };
        assert_eq!(shown.scope_1_tco2e, scope_1);
        assert_eq!(shown.scope_2_tco2e.purchased_electricity, figure(3.01));
        assert_eq!(shown.scope_3_tco2e.employee_owned_vehicles, figure(4.0));
        assert_eq!(
            shown.total_gross_tco2e,
            figure(9.016),
            "rounded where it is shown"
        );
    }

    #[test]
    fn what_others_published_stays_as_it_is() {
        let mut year = Year {
            total_gross_tco2e: Some(Figure::Number(10.0)),
            ..Year::default()
        };
        year.scope_1_tco2e.total = Some(Figure::Number(3.333));
        assert_eq!(rounded(&year), year, "the parts do not make the total");
        year.scope_1_tco2e.total = Some(Figure::Written("10.00".to_owned()));
        assert_eq!(rounded(&year), year);
    }
}
