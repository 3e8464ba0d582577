//! Questions about a school's rows; every number was calculated by hand.

mod lines;
mod meters;
mod people;
