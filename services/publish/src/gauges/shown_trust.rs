//! A trust over one period, with the labels of its gauges.

use crate::rollup::TrustView;

/// A trust's figures and their labels.
pub(super) struct ShownTrust {
    pub view: TrustView,
    pub trust: String,
    pub labels: String,
    pub period: &'static str,
    pub trailing: bool,
}
