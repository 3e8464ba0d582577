//! The intensity at the factors of a baseline, line by line.

use events::kilowatt_hours;
use footprint::{Baseline, Block, Footprint, Line};

use super::PartAnswer;
use crate::format;

/// The intensity at the factors of the baseline, and every statutory line in its sum; empty without enough data.
pub(in crate::explain) fn parts(footprint: &Footprint, baseline: &Baseline) -> Vec<PartAnswer> {
    if footprint.tonnes_per_pupil().is_none() {
        return Vec::new();
    }
    let at_baseline = baseline.intensity_of([footprint]);
    let compared_with = format!("compared with the baseline of {baseline}");
    let whole = PartAnswer {
        name: "at the factors of the baseline".to_owned(),
        value: at_baseline.tonnes_per_pupil(),
        unit: "t CO2e per pupil".to_owned(),
        note: Some(at_baseline.lacks().unwrap_or(compared_with)),
        figure: None,
    };
    let year = baseline.comparable_factor_year();
    let statutory = |line: &&Line| line.block == Block::Statutory;
    let lines = year.into_iter().flat_map(|year| {
        let lines = footprint.lines.iter().filter(statutory);
        lines.map(move |line| of_line(line, year))
    });
    [whole].into_iter().chain(lines).collect()
}

fn of_line(line: &Line, year: i32) -> PartAnswer {
    let quantity = format::decimal(kilowatt_hours(line.quantity), 3);
    let factor = line.factor_by_year.get(&year);
    PartAnswer {
        name: format!("{} at the factors of {year}", line.item.label()),
        value: line.co2e_at(year).map(|co2e| co2e.tonnes()),
        unit: "t CO2e".to_owned(),
        note: Some(factor.map_or_else(
            || format!("{year} has no factor for it"),
            |factor| format!("{quantity} {} \u{d7} {factor} kg", line.unit),
        )),
        figure: Some(line.item.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn the_lines_at_the_factors_of_the_baseline_add_up_to_the_intensity() {
        let school = fixtures::school(2);
        let parts = parts(&school, &fixtures::settings().baseline());
        let (whole, lines) = parts.split_first().unwrap();
        let sum: f64 = lines.iter().filter_map(|line| line.value).sum();
        let pupils = school.pupils_in_ratio().unwrap();
        assert!((whole.value.unwrap() - sum / pupils).abs() < 1e-12);
        assert_eq!(lines.len(), 4, "gas, electricity, diesel and solar");
        let diesel = lines
            .iter()
            .find(|line| line.name.starts_with("minibus diesel"))
            .unwrap();
        assert_eq!(
            diesel.note.as_deref(),
            Some("1,240.000 litres \u{d7} 2.57082 kg")
        );
        assert_eq!(
            whole.note.as_deref(),
            Some(
                "compared with the baseline of 0.24 tCO2e per pupil (2024/25, statutory gross, 2025 factors)"
            )
        );
    }

    #[test]
    fn a_baseline_without_factors_is_marked_and_has_no_lines() {
        let parts = parts(&fixtures::school(0), &0.24.into());
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].value, None);
        let note = parts[0].note.as_deref().unwrap();
        assert!(note.contains("does not say its factors"), "{note}");
        assert_eq!(super::parts(&fixtures::gasless(), &0.24.into()), []);
    }
}
