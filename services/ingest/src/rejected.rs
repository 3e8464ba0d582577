//! The topic `rejected`: its records, the part of an event that they keep, and the list that senders see.

pub(crate) mod list;
pub(crate) mod payload;
pub(crate) mod records;
