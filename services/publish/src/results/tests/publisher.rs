//! A publisher on a test store, and its footprints.

use std::sync::Arc;

use footprint::Footprint;
use lake::Lake;

use super::store::TestStore;
use crate::config::Config;
use crate::footprint_store::Live;
use crate::results::write::{Round, Writer};
use crate::results::{ManifestObject, Published, State};
use crate::{PublishError, fixtures};

/// The period of [`fixtures::school`].
pub const PERIOD: &str = "trailing-12-months";

pub struct Publisher {
    pub live: Arc<Live>,
    config: Config,
    writer: Writer,
}

impl Publisher {
    /// A publisher that has just started, with these footprints.
    pub fn of(store: &TestStore, footprints: impl IntoIterator<Item = Footprint>) -> Self {
        let live = Live::default();
        for footprint in footprints {
            live.change(&footprint.key(), Some(footprint));
        }
        Self::holding(store, Arc::new(live))
    }

    pub fn holding(store: &TestStore, live: Arc<Live>) -> Self {
        Publisher {
            live,
            config: fixtures::config(),
            writer: Writer::new(store.lake()),
        }
    }

    /// Runs one round of writing.
    pub async fn write(&mut self) -> Result<Round, PublishError> {
        let mut round = Round::default();
        let written = self
            .writer
            .write(&self.config, &self.live, &mut round)
            .await;
        written.map(|()| round)
    }
}

/// The state that follows from the publisher's footprints.
pub fn state_of(publisher: &Publisher) -> State {
    let targets = publisher.config.targets(fixtures::TRUST);
    let footprint_store = publisher.live.footprint_store();
    let state = State::of(&footprint_store, fixtures::TRUST, PERIOD, targets).unwrap();
    state.expect("figures")
}

/// The CSV of every table of that state.
pub fn csv_of(publisher: &Publisher) -> Vec<ManifestObject> {
    let targets = publisher.config.targets(fixtures::TRUST);
    let footprint_store = publisher.live.footprint_store();
    let csv = State::csv_of(&footprint_store, fixtures::TRUST, PERIOD, targets).unwrap();
    csv.expect("figures")
}

/// The results as a reader finds them.
pub async fn read(lake: &Lake) -> Published {
    let read = Published::read(lake, fixtures::TRUST, PERIOD).await;
    read.unwrap()
}
