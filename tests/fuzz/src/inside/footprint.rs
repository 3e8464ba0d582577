//! A footprint as it stands on Kafka: written again it is the same, and a trust's view and its tables can be made of it.

use footprint::Footprint;
use publish::FootprintStore;

pub fn footprint(data: &[u8]) {
    let Ok(read) = serde_json::from_slice::<Footprint>(data) else {
        return;
    };
    let written = serde_json::to_string(&read).expect("JSON");
    let again: Footprint = serde_json::from_str(&written).expect("a footprint");
    assert_eq!(serde_json::to_string(&again).expect("JSON"), written);
    let key = read.key();
    let (trust, period) = (
        read.trust.id.clone(),
        key.rsplit('/').next().unwrap_or_default(),
    );
    let footprint_store = FootprintStore::of([read]);
    let Some(view) = footprint_store.view(&trust, period, 0.24) else {
        return;
    };
    publish::schools(&view);
    publish::trusts(&view);
}
