//! Strategies for events of every type, drawn within what the types and `Event::check` allow.

mod grid;
mod readings;
mod recorded;
mod registered;
mod travel;
mod withdrawn;

use events::{Data, Event, EventType, MICRO, MeterId, Urn};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use grid::grid_intensity;
use readings::readings;
use recorded::{activity, evidence, waste};
use registered::{registered, school};
use travel::{accredited, initiative, surveyed};
use withdrawn::withdrawn;

/// Any event of a type.
pub fn event(kind: EventType) -> impl Strategy<Value = Event> {
    let subject = match kind {
        EventType::MeterReadings | EventType::ReadingsWithdrawn => of(urn()).boxed(),
        EventType::GridIntensity => Just(None).boxed(),
        _ => urn().prop_map(Some).boxed(),
    };
    (text(), text(), instant(), subject, data(kind)).prop_map(
        |(id, source, time, subject, data)| Event {
            id,
            source,
            time: time.parse().expect("an instant"),
            subject,
            data,
        },
    )
}

fn data(kind: EventType) -> BoxedStrategy<Data> {
    match kind {
        EventType::MeterReadings => readings().prop_map(Data::MeterReadings).boxed(),
        EventType::ReadingsWithdrawn => withdrawn().prop_map(Data::ReadingsWithdrawn).boxed(),
        EventType::WasteCollected => waste().prop_map(Data::WasteCollected).boxed(),
        EventType::TravelSurveyed => surveyed().prop_map(Data::TravelSurveyed).boxed(),
        EventType::TravelInitiative => initiative().prop_map(Data::TravelInitiative).boxed(),
        EventType::TravelAccredited => accredited().prop_map(Data::TravelAccredited).boxed(),
        EventType::ActivityRecorded => activity().prop_map(Data::ActivityRecorded).boxed(),
        EventType::EvidenceFiled => evidence().prop_map(Data::EvidenceFiled).boxed(),
        EventType::SchoolRegistered => school().prop_map(Data::SchoolRegistered).boxed(),
        EventType::MeterRegistered => registered().prop_map(Data::MeterRegistered).boxed(),
        EventType::GridIntensity => grid_intensity().prop_map(Data::GridIntensity).boxed(),
    }
}

fn urn() -> impl Strategy<Value = Urn> {
    (100_000_u32..=999_999).prop_map(|number| number.try_into().expect("a URN"))
}

/// 1 to 200 characters of any script, none of them control characters.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "\\PC{1,20}", 1 => "[^\\p{Cc}]{1,200}"]
}

fn day() -> impl Strategy<Value = String> {
    (1900..=2099, 1..=12, 1..=28).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
}

/// Two days in their order. Written so, days sort as text.
fn days() -> impl Strategy<Value = (String, String)> {
    (day(), day()).prop_map(|(a, b)| if a <= b { (a, b) } else { (b, a) })
}

fn instant() -> impl Strategy<Value = String> {
    let fraction = select(vec!["", ".5", ".123456789"]);
    (day(), 0..24, 0..60, 0..60, fraction)
        .prop_map(|(day, h, m, s, f)| format!("{day}T{h:02}:{m:02}:{s:02}{f}Z"))
}

/// A decimal of six places, which JSON keeps exactly.
fn decimal(low: i64, high: i64) -> impl Strategy<Value = f64> {
    (low * MICRO..=high * MICRO).prop_map(|micro| micro as f64 / MICRO as f64)
}

fn meter() -> impl Strategy<Value = MeterId> {
    let mpan = "[0-9]{12}".prop_filter_map("its check digit is one digit", |digits| {
        (0..10).find_map(|check| MeterId::mpan(&format!("{digits}{check}")).ok())
    });
    let other = "mprn:[0-9]{6,11}|serial:[A-Za-z0-9_.-]{1,32}";
    prop_oneof![mpan, other.prop_map(|id| id.parse().expect("a meter"))]
}

fn people() -> impl Strategy<Value = u32> {
    prop_oneof![0..=40_u32, Just(100_000)]
}
