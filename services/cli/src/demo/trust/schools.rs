//! The fifteen schools. Their names and numbers belong to no real school.

use events::{AcademicYear, Phase, StarsLevel, Treatment, Urn};

use super::MadeUpTrust;
use super::calendar::date;

/// A school and its characteristics.
#[derive(Debug, Clone)]
pub(super) struct School {
    pub(super) urn: Urn,
    /// 1 to 15; also the last digits of its URN.
    pub(super) number: u64,
    pub(super) name: &'static str,
    pub(super) phase: Phase,
    /// The approximate number of pupils; each autumn's census differs a little.
    pub(super) pupils: u32,
    /// The electric load per pupil in a usual year, in kWh, from the grid and the panels.
    pub(super) load_per_pupil: f64,
    /// The heat per pupil in a usual year, in kWh of fuel.
    pub(super) heat_per_pupil: f64,
    pub(super) heating: Heating,
    pub(super) grid_meters: u64,
    /// Kilowatts of solar panels on the roof.
    pub(super) panels: Option<f64>,
    pub(super) stars: Option<StarsLevel>,
    /// The treatment of its residual waste.
    pub(super) residual: Treatment,
}

/// The heating of a school.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Heating {
    /// Gas, with a meter that sends kWh.
    GasKwh,
    /// Gas, with a meter that sends m³ of this calorific value in MJ/m³.
    GasCubicMetres(f64),
    /// Oil for heating, and bottled gas in the kitchen.
    Oil,
}

impl School {
    pub(super) fn is_secondary(&self) -> bool {
        self.phase == Phase::Secondary
    }

    /// `brackenshaw-high-school`, for file names and links.
    pub(super) fn slug(&self) -> String {
        self.name.to_lowercase().replace(' ', "-")
    }
}

impl MadeUpTrust {
    /// The autumn census of a year.
    pub(super) fn pupils(&self, school: &School, year: AcademicYear) -> u32 {
        let year = u64::from(year.ends_in().unsigned_abs());
        let chance = self.chance.about("roll").of(school.number).of(year);
        (f64::from(school.pupils) * chance.between(0.985, 1.015)).round() as u32
    }
}

/// The day the trust was formed: every school and meter belongs to it from then on.
pub(super) fn formed() -> chrono::NaiveDate {
    date(2021, 9, 1)
}

/// All of them.
pub(super) fn all() -> Vec<School> {
    use Heating::{GasCubicMetres, Oil};
    use StarsLevel::{Approved, Excellent, Good, VeryGood};
    let landfill = Treatment::D(1);
    let mut schools = Vec::new();
    let mut add = |name, pupils: u32, load, heat| {
        let number = schools.len() as u64 + 1;
        let phase = if pupils > 800 {
            Phase::Secondary
        } else {
            Phase::Primary
        };
        let urn = Urn::try_from(900_000 + number as u32);
        schools.extend(urn.map(|urn| School {
            urn,
            number,
            name,
            phase,
            pupils,
            load_per_pupil: load,
            heat_per_pupil: heat,
            heating: Heating::GasKwh,
            grid_meters: 1,
            panels: None,
            stars: Some(Good),
            residual: Treatment::R(1),
        }));
    };
    // Name, pupils, kWh of load and kWh of heat per pupil and year.
    add("Brackenshaw High School", 1356, 430.0, 905.0);
    add("Wetherholme Academy", 1124, 475.0, 1010.0);
    add("Ellerscarth School", 941, 395.0, 820.0);
    add("Larkbeck Primary School", 418, 300.0, 735.0);
    add("Fennimoor Primary School", 459, 330.0, 810.0);
    add("Tansyfield Primary School", 312, 345.0, 905.0);
    add("Quillerdale Primary School", 207, 365.0, 1130.0);
    add("Merrowgate Primary School", 405, 310.0, 690.0);
    add("Pinderholm Primary School", 226, 390.0, 1265.0);
    add("Wrenhaugh Infant School", 178, 350.0, 980.0);
    add("Cobblewick Primary School", 264, 320.0, 1060.0);
    add("Sallowbridge Primary School", 203, 405.0, 1490.0);
    add("Duskley Primary School", 398, 285.0, 690.0);
    add("Hethermoss Village School", 105, 440.0, 1020.0);
    add("Otterscar Primary School", 236, 335.0, 870.0);

    for school in &mut schools {
        match school.number {
            1 => (school.grid_meters, school.stars) = (3, Some(VeryGood)),
            2 => (school.grid_meters, school.residual) = (2, landfill),
            3 => (school.grid_meters, school.panels) = (2, Some(150.0)),
            4 => (school.heating, school.stars) = (GasCubicMetres(39.4), Some(Excellent)),
            5 => school.grid_meters = 2,
            6 => (school.heating, school.residual) = (GasCubicMetres(39.4), landfill),
            8 => (school.panels, school.stars) = (Some(42.0), Some(Excellent)),
            9 => (school.grid_meters, school.stars) = (2, Some(Approved)),
            11 => (school.heating, school.stars) = (GasCubicMetres(39.1), Some(VeryGood)),
            12 => (school.residual, school.stars) = (landfill, None),
            14 => (school.heating, school.stars) = (Oil, None),
            15 => (school.heating, school.stars) = (GasCubicMetres(39.1), Some(Approved)),
            _ => {}
        }
    }
    schools
}
