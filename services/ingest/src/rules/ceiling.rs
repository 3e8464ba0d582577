//! The most that one half-hour of a meter can hold: no school uses more, unless its registration says so.

use events::{
    Fuel, MICRO, MOST_PER_HALF_HOUR, MeterRegistered, Quantity, Unit, gas_kwh_per_m3,
    micro_from_decimal,
};

/// For electricity, solar included: 4 MW for half an hour.
const ELECTRICITY_KWH: f64 = 2_000.0;
/// For gas: boilers of 10 MW for half an hour.
const GAS_KWH: f64 = 5_000.0;

/// The most one half-hour can hold by a registration, in millionths of `unit`.
pub(crate) fn ceiling(meter: &MeterRegistered, unit: Unit) -> Quantity {
    let kwh = meter.capacity.unwrap_or(match meter.fuel {
        Fuel::Electricity | Fuel::Solar => ELECTRICITY_KWH,
        Fuel::Gas => GAS_KWH,
    });
    let most = match unit {
        Unit::KilowattHours | Unit::KilovarHours => kwh,
        Unit::CubicMetres => kwh / gas_kwh_per_m3(meter.calorific_value),
    };
    let most = micro_from_decimal(most).unwrap_or(MOST_PER_HALF_HOUR);
    most.clamp(MICRO / 1000, MOST_PER_HALF_HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::MPAN;

    fn check(rest: &str, unit: Unit, wanted: f64) {
        let text = format!(r#"{{"meter":"{MPAN}","from":"2020-01-01",{rest}}}"#);
        let meter = serde_json::from_str(&text).unwrap();
        let found = ceiling(&meter, unit) as f64 / MICRO as f64;
        assert!((found - wanted).abs() < 0.01, "{rest}: {found}");
    }

    #[test]
    fn the_limit_of_a_half_hour_follows_from_fuel_or_registration() {
        use Unit::*;
        check(r#""fuel":"electricity""#, KilowattHours, 2000.0);
        check(r#""fuel":"solar""#, KilowattHours, 2000.0);
        check(r#""fuel":"electricity""#, KilovarHours, 2000.0);
        check(r#""fuel":"gas""#, KilowattHours, 5000.0);
        check(r#""fuel":"gas""#, CubicMetres, 445.61);
        let thin = r#""fuel":"gas","calorific_value":30"#;
        check(thin, CubicMetres, 586.72);
        let large = r#""fuel":"electricity","capacity":12500"#;
        check(large, KilowattHours, 12_500.0);
        let small = r#""fuel":"gas","capacity":50.5"#;
        check(small, KilowattHours, 50.5);
        check(small, CubicMetres, 4.5);
    }
}
