//! Mistakes that others' programs and published accounts made, one test each, named after the mistake.

mod accounts;
mod arithmetic;
mod readings;
mod registered;
