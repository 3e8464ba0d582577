//! Random sequences of events: footprints that arrive, change back and disappear; requests that fail, succeed without an
//! answer, arrive late or overtake one another; processes that are killed, and a second process that writes at the same
//! time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use futures::FutureExt;
use lake::Lake;

use super::publisher::Publisher;
use super::store::{Fate, Operation, TestStore};
use crate::fixtures;
use crate::footprint_store::{FootprintStore, TrustPeriod};
use crate::results::state::slice_of;
use crate::results::write::ROUNDS_TO_A_LOOK;
use crate::results::{Published, State};

/// Set this to the seed that a failing test printed, to repeat its run.
const SEED: &str = "RESULTS_SEED";
const LIVES: u64 = 3;
const STEPS: usize = 30;

/// The SplitMix64 random number generator.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// The states for all footprints that were ever stored, by the slice and the stored footprints.
type History = Arc<Mutex<BTreeMap<(TrustPeriod, String), Option<State>>>>;

#[tokio::test]
async fn the_last_footprints_reach_the_results_and_no_reader_ever_takes_a_mixed_set_for_a_whole() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = std::env::var(SEED).map_or(now.subsec_nanos().into(), |seed| {
        seed.parse::<u64>().unwrap()
    });
    for life in 0..LIVES {
        let seed = seed + life;
        let lived = std::panic::AssertUnwindSafe(live_through(seed)).catch_unwind();
        assert!(lived.await.is_ok(), "{SEED}={seed}");
    }
}

async fn live_through(seed: u64) {
    let mut chance = Chance(seed);
    let (store, history) = (TestStore::new(), History::default());
    observe(&store, &history);
    let mut publisher = Publisher::of(&store, []);
    // Follows the same footprints, like a process that is about to be stopped.
    let mut other = Some(Publisher::of(&store, []));
    fail_at_random(&store, Chance(seed ^ 1));
    for _ in 0..STEPS {
        match chance.below(10) {
            0..4 => {
                let (key, footprint) = any_footprint(&mut chance);
                publisher.live.change(&key, footprint.clone());
                remember(&history, &publisher.live.footprint_store());
                if let Some(other) = other.as_mut().filter(|_| chance.below(3) > 0) {
                    other.live.change(&key, footprint);
                    remember(&history, &other.live.footprint_store());
                }
            }
            4..7 => drop(publisher.write().await),
            7 => publisher = started_again(&store, &publisher),
            8 if store.late() > 0 => store.arrive(chance.below(store.late())).await,
            _ => {
                if let Some(other) = &mut other {
                    drop(other.write().await);
                }
            }
        }
    }
    other.take();
    while store.late() > 0 {
        store.arrive(chance.below(store.late())).await;
    }
    store.heal();
    // The first round may have to wait for the next look at the store.
    for _ in 0..ROUNDS_TO_A_LOOK + 1 {
        publisher.write().await.unwrap();
    }
    assert_eq!(
        stored(&store.clean()).await,
        wanted(&publisher.live.footprint_store())
    );
}

/// A reader between any two changes of the store must get a state that the footprints had, or none.
fn observe(store: &TestStore, history: &History) {
    let (lake, history) = (store.clean(), history.clone());
    store.observe(move |key| {
        let (lake, history, slice) = (lake.clone(), history.clone(), slice_of(key).unwrap());
        async move {
            let read = Published::read(&lake, &slice.trust, &slice.period).await;
            if let Published::Whole(state) = read.unwrap() {
                let history = history.lock().unwrap();
                let mut of_slice = history.iter().filter(|((of, _), _)| *of == slice);
                let known = of_slice.any(|(_, known)| known.as_ref() == Some(&state));
                assert!(known, "a mixed set of {slice:?} was taken for a whole");
            }
        }
        .boxed()
    });
}

/// Up to one request in twenty fails, loses its answer or arrives late, and almost half of them let others go first.
fn fail_at_random(store: &TestStore, mut chance: Chance) {
    store.plan(move |operation, _| {
        let changes = matches!(operation, Operation::Put | Operation::Delete);
        match chance.below(60) {
            0 => Fate::Fails,
            1 if changes => Fate::AnswerLost,
            2 if changes => Fate::ArrivesLate,
            3..30 => Fate::Yields(chance.below(9)),
            _ => Fate::Passes,
        }
    });
}

const PERIODS: [&str; 2] = ["2024-25", "2025-26"];

fn slices() -> impl Iterator<Item = TrustPeriod> {
    PERIODS.into_iter().map(|period| TrustPeriod {
        trust: fixtures::TRUST.to_owned(),
        period: period.to_owned(),
    })
}

/// One of two schools in one of two consecutive years, with few enough different figures that it changes back; or none.
fn any_footprint(chance: &mut Chance) -> (String, Option<footprint::Footprint>) {
    let (school, period) = (chance.below(2), PERIODS[chance.below(2)]);
    let urn = fixtures::school(school).urn;
    let mut footprints = fixtures::footprints().into_iter();
    let mut footprint = footprints
        .find(|footprint| footprint.urn == urn && footprint.period.key() == period)
        .unwrap();
    let more = chance.below(4) as i64;
    footprint.gross.0 += more * 1_000_000;
    footprint.waste.total.0 += more;
    (footprint.key(), (more > 0).then_some(footprint))
}

fn remember(history: &History, footprint_store: &FootprintStore) {
    let footprints = footprint_store.footprints();
    let footprints =
        footprints.map(|footprint| format!("{} {:?} ", footprint.key(), footprint.gross));
    let footprints: String = footprints.collect();
    for slice in slices() {
        let mut history = history.lock().unwrap();
        let known = history.entry((slice.clone(), footprints.clone()));
        known.or_insert_with(|| state(footprint_store, &slice));
    }
}

fn state(footprint_store: &FootprintStore, slice: &TrustPeriod) -> Option<State> {
    let targets = fixtures::config().targets(&slice.trust);
    State::of(footprint_store, &slice.trust, &slice.period, targets).unwrap()
}

/// A new process knows what it reads from Kafka, and nothing of what an earlier process wrote.
fn started_again(store: &TestStore, publisher: &Publisher) -> Publisher {
    let footprint_store = publisher.live.footprint_store();
    let footprints = footprint_store
        .footprints()
        .map(|footprint| (**footprint).clone());
    Publisher::of(store, footprints)
}

/// Every object of a footprint store's states, including manifests.
fn wanted(footprint_store: &FootprintStore) -> BTreeMap<String, bytes::Bytes> {
    let states = slices().filter_map(|slice| state(footprint_store, &slice));
    states
        .flat_map(|state| {
            let manifest = (state.manifest.key(), state.manifest.json());
            state.objects.into_iter().chain([manifest])
        })
        .collect()
}

async fn stored(lake: &Lake) -> BTreeMap<String, bytes::Bytes> {
    let mut found = BTreeMap::new();
    for key in lake.list("results").await.unwrap() {
        let content = lake.read(&key).await.unwrap().unwrap();
        found.insert(key, content);
    }
    found
}
