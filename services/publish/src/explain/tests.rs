//! Questions about a school's rows; every number worked by hand.

mod lines;
mod meters;
mod people;
pub(crate) mod world;
