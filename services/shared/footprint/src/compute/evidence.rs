//! Evidence for the targets of the trust's plan.

use std::collections::BTreeMap;

use events::Data;

use super::Frame;
use crate::ledger::Identity;
use crate::message::EvidenceFigures;

/// The evidence filed by the last counted day. If several pieces have the same target, kind and title, the one issued last
/// counts, then the one with the highest source and id.
pub(super) fn filed(frame: &Frame<'_>) -> Vec<EvidenceFigures> {
    type Rank<'a> = (i64, &'a Identity);
    let mut standing: BTreeMap<_, (Rank<'_>, EvidenceFigures)> = BTreeMap::new();
    for (identity, school_event) in frame.subject.history.school_events() {
        let Data::EvidenceFiled(filed) = &school_event.data else {
            continue;
        };
        if filed.dated > frame.counted.to {
            continue;
        }
        let key = (filed.kpi, filed.kind, filed.title.as_str());
        let rank = (school_event.issued, identity);
        if standing.get(&key).is_none_or(|(known, _)| rank > *known) {
            let figures = EvidenceFigures {
                kpi: filed.kpi,
                kind: filed.kind,
                title: filed.title.clone(),
                status: filed.status,
                dated: filed.dated,
                expires: filed.expires,
                link: filed.link.clone(),
            };
            standing.insert(key, (rank, figures));
        }
    }
    standing.into_values().map(|(_, figures)| figures).collect()
}
