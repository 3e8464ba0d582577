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

pub use footprint::fixtures::{SchoolFixture, day};

pub fn tonnes(footprint: &Footprint, item: &str) -> String {
    let line = footprint
        .lines
        .iter()
        .find(|line| line.item.as_str() == item);
    let line = line.unwrap_or_else(|| panic!("no line {item} in {:?}", footprint.lines));
    line.price.as_ref().map_or("unpriced".to_owned(), |price| {
        format!("{:.6}", price.co2e.tonnes())
    })
}

pub const ELECTRICITY: &str = "mpan:2200012767323";
const GAS: &str = "mprn:3938424403";
const SUN: &str = "serial:PANELS-1";
