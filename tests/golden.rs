//! Figures worked by hand from published methods and factors.

mod constant;
mod disclosed;
mod electricity;
mod market;
mod membership;
mod meters;
mod method;
mod published;
mod registered;
mod sufficiency;
mod trailing;
mod waste;

use footprint::Footprint;

pub use footprint::fixtures::{SchoolFixture, day, line};

pub fn tonnes(footprint: &Footprint, item: &str) -> String {
    let price = line(footprint, item).price.as_ref();
    price.map_or("unpriced".to_owned(), |price| {
        format!("{:.6}", price.co2e.tonnes())
    })
}

pub const ELECTRICITY: &str = "mpan:2200012767323";
const GAS: &str = "mprn:3938424403";
const SUN: &str = "serial:PANELS-1";
