//! What is odd about readings, and what their gaps may have held.

use super::{Frame, Method};
use crate::message::{Finding, GapEstimate};

pub(super) fn findings(_frame: &Frame<'_>) -> Vec<Finding> {
    Vec::new()
}

pub(super) fn estimates(_frame: &Frame<'_>, _method: &Method) -> Vec<GapEstimate> {
    Vec::new()
}
