//! The topic `rejected`: its records, what of an event they keep, and what senders are shown of them.

pub(crate) mod list;
pub(crate) mod payload;
pub(crate) mod records;
