//! Bad input: records in the event topics that ingest never wrote, and good events that arrive twice, out of order, a year
//! late or again from the beginning.

mod poison;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bus::{Producer, Record, uncommitted};
use events::{Event, Place, Rule, Topic, rejected_key};

use self::poison::Poison;
use super::oracle::{Differences, Left};
use super::report::{long, report};
use super::sent::{self, Undisturbed};
use crate::chance::Chance;
use crate::flow::deployment::{Added, Deployment, Embedded, Real, SHARDING};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::kafka::Kafka;
use crate::servers::s3::S3;

const PATIENCE: Duration = Duration::from_secs(60);

/// Writes records directly to Kafka. Returns the key under which each has to be rejected, and the reason.
async fn put(world: &Real, poison: &[Poison]) -> BTreeMap<String, &'static str> {
    let producer = Producer::new(&world.kafka(), PATIENCE).expect("a producer");
    let records: Vec<Record> = poison.iter().map(|one| one.record.clone()).collect();
    let places = producer.send(&records).await.expect("they are kept");
    let refused = poison.iter().zip(places).map(|(one, place)| {
        let Place { partition, offset } = place;
        let place = format!("{}/{partition}/{offset}", one.record.topic.name());
        (rejected_key(&place, &one.record.key), one.why)
    });
    refused.collect()
}

/// The difference to the run without poison. All of the poison has to be in `rejected` as well.
fn differences(left: Left, refused: &BTreeSet<String>, expected: &Left) -> Differences {
    let (left, found) = left.without_refused(refused);
    let mut differences = left.differences(expected);
    if found < refused.len() {
        differences.lost += refused.len() - found;
        let message = format!("{found} of {} are in rejected", refused.len());
        differences.messages.push(message);
    }
    differences
}

async fn send(world: &dyn Deployment, events: &[Event]) {
    for events in events.chunks(2_000) {
        world.client().send(events).await.expect("an answer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_record_is_rejected_with_its_reason_and_blocks_nothing() {
    let world = Real::start().await;
    let mut undisturbed = Undisturbed::start().await;
    files::register(&world).await;
    for day in 0..5 {
        send(&world, &sent::day(day)).await;
    }
    (&world as &dyn Deployment).wait_until_settled().await;

    // Each kind in each partition, and nothing after it: the offset after it still has to be committed.
    let poison: Vec<Poison> = (0..SHARDING.partitions as i32)
        .flat_map(poison::of_every_kind)
        .collect();
    let reasons = put(&world, &poison).await;
    let began = Instant::now();
    let left = Left::read(&world).await;
    let recovery = began.elapsed();
    let kept = cli::rejected(&world.kafka()).await.expect("rejected");
    let wrongly: Vec<_> = reasons
        .iter()
        .filter_map(|(key, why)| {
            let refusal = kept.get(key).and_then(|kept| kept.refusals.first());
            let is_right =
                refusal.is_some_and(|one| one.rule == Rule::Schema && one.seen.contains(why));
            (!is_right).then_some((why, refusal))
        })
        .collect();
    let counted = "aggregate_events_rejected_total{reason=\"schema\"}";
    let counted = world.aggregate.metric(counted).await;
    assert_eq!(counted, Some(poison.len() as f64));
    let mut refused: BTreeSet<String> = reasons.keys().cloned().collect();
    let found = differences(left, &refused, &undisturbed.after(5).await);
    report(
        "poison of every kind, last in its partition",
        poison.len(),
        Some(recovery),
        &found,
    );

    // Many of them in a row, followed by good events.
    let before = world.aggregate.most_memory();
    let wall = if long() { 100_000 } else { 10_000 };
    for _ in 0..wall / 500 {
        let poison = poison::in_a_row(500);
        refused.extend(put(&world, &poison).await.into_keys());
    }
    let began = Instant::now();
    send(&world, &sent::day(5)).await;
    let left = Left::read(&world).await;
    let recovery = began.elapsed();
    let grown = world.aggregate.most_memory() - before;
    assert!(grown < poison::MOST_MEMORY, "{grown} bytes more");
    let found = differences(left, &refused, &undisturbed.after(6).await);
    report("poison in a row", wall, Some(recovery), &found);

    // A single event: aggregate does not wait for more.
    let mut day = sent::day(6);
    let rest = day.split_off(1);
    send(&world, &day).await;
    let began = Instant::now();
    (&world as &dyn Deployment).wait_until_settled().await;
    let recovery = began.elapsed();
    send(&world, &rest).await;
    let left = Left::read(&world).await;
    let found = differences(left, &refused, &undisturbed.after(7).await);
    report("one event in an idle partition", 1, Some(recovery), &found);
    assert!(wrongly.is_empty(), "{wrongly:#?}");
}

/// Twenty days of a year, and the same days of the year before, without contradicting events: of two events with one
/// identity the first received stands, and here the order is random.
fn two_years() -> Vec<Event> {
    let days = (0..20).chain(365..385);
    days.flat_map(|day| sent::day(day).into_iter().take(12))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn order_repetition_lateness_and_a_replay_from_the_beginning_change_nothing() {
    let events = two_years();
    let undisturbed = Embedded::start().await;
    files::register(&undisturbed).await;
    send(&undisturbed, &events).await;
    let expected = Left::read(&undisturbed).await;
    drop(undisturbed);

    let (kafka, config) = Kafka::shared().await;
    let s3 = S3::start().await;
    let (prefix, endpoint) = (config.topic_prefix.clone(), s3.endpoint.clone());
    let mut world = Real::start_on(config, s3, endpoint, &Added::default()).await;
    files::register(&world).await;
    // The later year first, with its weeks in any order and each week twice; then the year before, a year late.
    let seed = Chance::seed();
    let mut chance = Chance::new(seed);
    let (late, first) = events.split_at(events.len() / 2);
    let mut sent = 0;
    for year in [first, late] {
        let mut weeks: Vec<&[Event]> = year.chunks(7 * 12).collect();
        weeks.extend(weeks.clone());
        while !weeks.is_empty() {
            let mut week = weeks.swap_remove(chance.below(weeks.len())).to_vec();
            week.sort_by_cached_key(|_| chance.below(1_000));
            send(&world, &week).await;
            sent += week.len();
        }
    }
    let began = Instant::now();
    let left = Left::read(&world).await;
    let recovery = began.elapsed();
    report(
        &format!("weeks shuffled, each twice, a year late, FAULTS_SEED={seed}"),
        sent,
        Some(recovery),
        &left.differences(&expected),
    );

    world.aggregate.terminate();
    assert_eq!(world.aggregate.end().await, Some(0));
    reset_to_the_beginning(kafka, &prefix).await;
    let unread = uncommitted(&world.kafka(), aggregate::GROUP, &Topic::LEDGER).await;
    let unread = unread.expect("what is uncommitted");
    assert!(unread >= sent as i64, "{unread} of {sent} are read again");
    let began = Instant::now();
    world.aggregate.restart().await;
    let left = Left::read(&world).await;
    report(
        "offsets reset to the beginning",
        unread as usize,
        Some(began.elapsed()),
        &left.differences(&expected),
    );
}

/// Resets the offsets with Kafka's own tool, as an operator does. The tool refuses while the group has members.
async fn reset_to_the_beginning(kafka: &Kafka, prefix: &str) {
    let group = format!("{prefix}{}", aggregate::GROUP);
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let listed = kafka.tool(
            "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
            &[
                "--group",
                &group,
                "--reset-offsets",
                "--to-earliest",
                "--all-topics",
                "--execute",
            ],
        );
        if listed.contains(Topic::Readings.name()) {
            return;
        }
        assert!(waiting.once_more().await, "{listed}");
    }
}
