//! What services answer, posted as it came.

use super::*;

async fn post(
    world: &Embedded,
    service: &str,
    parameters: &[(&str, &str)],
    payload: &Value,
) -> Answer {
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let text = payload.to_string();
    let client = world.client();
    let sent = client.send_payload(service, &parameters, text.as_bytes(), None);
    sent.await.expect("an answer")
}

/// A day of 0.5 kWh each, ended by midnight; one half-hour is a number that meters send when they mean none.
fn n3rgy() -> Value {
    let end = |slot: usize| match slot {
        48 => "2026-11-03 00:00".to_owned(),
        slot => format!("2026-11-02 {:02}:{:02}", slot / 2, slot % 2 * 30),
    };
    let value = |slot: usize| if slot == 17 { 4_294_967.295 } else { 0.5 };
    let values: Vec<_> = (1..=48)
        .map(|slot| json!({ "primaryValue": value(slot), "timestamp": end(slot) }))
        .collect();
    json!({
        "resource": format!("/mpxn/{MPAN}/utility/electricity/readingtype/consumption?granularity=halfhour"),
        "responseTimestamp": "2026-11-03T05:17:01.055Z", "granularity": "halfhour", "unit": "kWh",
        "devices": [{ "deviceId": "01-00-00-00-00-00-01-01", "values": values }],
    })
}

/// The half-hours of the day after, newest first.
fn octopus() -> Value {
    let time = |slot: usize| format!("2026-11-03T{:02}:{:02}:00Z", slot / 2, slot % 2 * 30);
    let end = |slot: usize| {
        if slot == 48 {
            "2026-11-04T00:00:00Z".to_owned()
        } else {
            time(slot)
        }
    };
    let results: Vec<_> = (0..48)
        .rev()
        .map(|slot| json!({ "consumption": 1.0, "interval_start": time(slot), "interval_end": end(slot + 1) }))
        .collect();
    json!({ "count": 48, "next": null, "previous": null, "results": results })
}

/// 47 half-hours of 0.5 kWh and 48 of 1 kWh are 71.5 kWh. Sending both again changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn half_hours_of_two_services_count_once_each() {
    let world = school().await;
    let meter = format!("mpan:{MPAN}");
    for _ in 0..2 {
        let answer = post(&world, "n3rgy-v2", &[], &n3rgy()).await;
        assert_eq!((answer.received, answer.accepted), (48, 47), "{answer:#?}");
        let refused = &answer.refusals[0];
        assert_eq!(refused.pointer, "/devices/0/values/16/primaryValue");
        let answer = post(&world, "octopus", &[("meter", &meter)], &octopus()).await;
        assert_eq!((answer.received, answer.accepted), (48, 48), "{answer:#?}");
    }
    let school = figures(&world).await;
    assert_eq!((school.coverage.present, tenths_of_kwh(&school)), (95, 715));
}

/// A read of a display's register, on 2 November.
fn glow(time: &str, kilowatt_hours: f64) -> Value {
    let import = json!({ "cumulative": kilowatt_hours, "units": "kWh", "mpan": MPAN });
    let timestamp = format!("2026-11-02T{time}Z");
    json!({ "electricitymeter": { "timestamp": timestamp, "energy": { "import": import } } })
}

/// The registers of a display come one by one, and again: 1.5 kWh and 1.6 kWh in two half-hours.
#[tokio::test(flavor = "multi_thread")]
async fn registers_that_are_posted_become_half_hours() {
    let world = school().await;
    let first = glow("08:00:00", 6613.0);
    let others = json!([glow("08:30:00", 6614.5), glow("09:00:00", 6616.1)]);
    for _ in 0..2 {
        let answer = post(&world, "glow", &[], &first).await;
        assert_eq!((answer.received, answer.accepted), (1, 1), "{answer:#?}");
        let answer = post(&world, "glow", &[], &others).await;
        assert_eq!((answer.received, answer.accepted), (2, 2), "{answer:#?}");
    }
    let school = figures(&world).await;
    assert_eq!((school.coverage.present, tenths_of_kwh(&school)), (2, 31));
}

/// 88 kg are burnt, 41.5 kg are recycled, and of 35 kg nothing is said.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_of_waste_counts_each_item_by_its_route() {
    let world = school().await;
    let weight =
        |kilograms: f64| json!({ "metric": "Kilograms", "amount": kilograms, "isEstimate": false });
    let item = |ewc: &str, kilograms: f64, code: Option<&str>| {
        let mut item =
            json!({ "ewcCodes": [ewc], "weight": weight(kilograms), "physicalForm": "Solid" });
        if let Some(code) = code {
            item["disposalOrRecoveryCodes"] =
                json!([{ "code": code, "weight": weight(kilograms) }]);
        }
        item
    };
    let receipt = json!({
        "apiCode": "5f0c2c1e-6f0b-4b1e-9a7e-3f6f6f1c2d10", "dateTimeReceived": "2026-11-12T15:00:00Z",
        "yourUniqueReference": "WTN-501", "carrier": { "registrationNumber": "CBDU123456" },
        "wasteItems": [item("200301", 88.0, Some("R1")), item("150106", 41.5, Some("R5")), item("200108", 35.0, None)],
    });
    let urn = files::urn(0).to_string();
    for _ in 0..2 {
        let answer = post(&world, "defra-waste-receipt", &[("school", &urn)], &receipt).await;
        assert_eq!((answer.accepted, answer.refused), (3, 0), "{answer:#?}");
    }
    let waste = figures(&world).await.waste;
    let grams = (waste.total.0, waste.recycled.0, waste.unknown_route.0);
    assert_eq!(grams, (164_500, 41_500, 35_000));
}
