//! The part of the footprint store that one request may be answered from. Handlers have no other access to figures.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::App;
use crate::access::{Reader, ReaderScope};
use crate::explain::Disclosure;
use crate::footprint_store::FootprintStore;

/// The reader's part of the footprint store, as it is now.
pub(crate) struct Seen {
    /// Every school that the reader sees.
    pub schools: Arc<FootprintStore>,
    /// The trusts of which the reader sees every school. A reader of single schools sees no total of their trust, because
    /// the total less their own figures would reveal the others'.
    pub trusts: Arc<FootprintStore>,
    reader: Reader,
}

impl Seen {
    pub(super) fn new(footprint_store: Arc<FootprintStore>, reader: Reader) -> Self {
        let (schools, trusts) = match &reader.scope {
            ReaderScope::All => (footprint_store.clone(), footprint_store),
            ReaderScope::Trust(trust) => {
                let own = Arc::new(footprint_store.part_of_trust(trust));
                (own.clone(), own)
            }
            ReaderScope::Schools(urns) => (
                Arc::new(footprint_store.part_of_schools(urns)),
                Arc::default(),
            ),
        };
        Seen {
            schools,
            trusts,
            reader,
        }
    }

    /// Whether the service's reports about itself may be shown: they are about every trust.
    pub(crate) fn sees_all(&self) -> bool {
        self.reader.sees_all()
    }

    /// What an explanation may disclose beside the figure.
    pub(crate) fn disclosure(&self) -> Disclosure {
        Disclosure {
            token_names: self.reader.operator,
            other_trusts: self.reader.sees_all(),
        }
    }

    /// Whether any trust's own pages may be shown.
    pub(crate) fn sees_trusts(&self) -> bool {
        !matches!(self.reader.scope, ReaderScope::Schools(_))
    }
}

/// Fails closed: a route without an authenticated reader is refused.
impl FromRequestParts<Arc<App>> for Seen {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, StatusCode> {
        let reader = parts.extensions.get::<Reader>().cloned();
        let reader = reader.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(Seen::new(app.live.footprint_store(), reader))
    }
}
