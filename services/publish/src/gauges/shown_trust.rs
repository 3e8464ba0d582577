//! A trust over one period, as its gauges name it.

use crate::rollup::TrustView;

/// A trust's figures, and the labels they stand under.
pub(super) struct ShownTrust {
    pub view: TrustView,
    pub trust: String,
    pub labels: String,
    pub period: &'static str,
    pub trailing: bool,
}
