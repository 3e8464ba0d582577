//! The state that requests are answered from.

mod half_hours_cache;
mod reads;
mod visible;

use std::sync::Arc;

use chassis::Health;
use lake::Lake;

use crate::access::Access;
use crate::config::Config;
use crate::footprint_store::Live;
use crate::grid::Grid;
use crate::rejected::Rejected;

pub(crate) use half_hours_cache::HalfHoursCache;
pub(crate) use reads::Reads;
pub(crate) use visible::Seen;

/// The state that requests are answered from. Handlers reach the footprint store through [`Seen`] only.
pub(crate) struct App {
    pub config: Arc<Config>,
    pub half_hours: HalfHoursCache,
    pub ledger: Arc<Reads>,
    pub rejected: Arc<Rejected>,
    pub grid: Arc<Grid>,
    pub access: Arc<Access>,
    pub health: Health,
    live: Arc<Live>,
}

impl App {
    pub(crate) fn new(
        config: Arc<Config>,
        live: Arc<Live>,
        lake: Lake,
        rejected: Arc<Rejected>,
        grid: Arc<Grid>,
        access: Arc<Access>,
        health: Health,
    ) -> Arc<Self> {
        let ledger = Arc::new(Reads::new(lake));
        Arc::new(App {
            config,
            half_hours: HalfHoursCache::new(ledger.clone()),
            ledger,
            rejected,
            grid,
            live,
            access,
            health,
        })
    }
}
