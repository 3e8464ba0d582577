//! The same ledger priced with other factors.

use std::process::Command;

use cli::UpConfig;
use events::{
    ActivityKind, ActivityRecorded, ActivityUnit, Data, Event, MilligramsCo2e, TravelSurveyed,
    WasteCollected,
};
use footprint::{Footprint, Period, YearChoice, YearRule};
use serde_json::{Value, json};

use super::deployment::{AS_OF, Deployment, Embedded};
use super::files;
use crate::servers::service::binary;

fn sent(id: &str, data: Data) -> Event {
    Event {
        id: id.to_owned(),
        source: "office".to_owned(),
        time: "2019-09-02T00:00:00Z".parse().expect("a time"),
        subject: Some(900_100.try_into().expect("a URN")),
        data,
    }
}

/// A school's events apart from meters.
fn besides() -> Vec<Event> {
    let waste = json!({
        "collected_on": "2019-02-04", "ewc": "200301", "weight_kg": 250.0, "basis": "weighed", "treatment": "D1",
    });
    let survey = json!({
        "surveyed_on": "2019-05-14", "audience": "pupil", "group": "Year 4", "roll": 30,
        "current": { "walk": 12, "car": 15 },
    });
    let waste: WasteCollected = serde_json::from_value(waste).expect("waste");
    let survey: TravelSurveyed = serde_json::from_value(survey).expect("a survey");
    let diesel = ActivityRecorded {
        activity: ActivityKind::MinibusDiesel,
        quantity: 365.0,
        unit: ActivityUnit::Litre,
        from: "2018-09-01".parse().expect("a day"),
        to: "2019-08-31".parse().expect("a day"),
        estimated: false,
        replaces: None,
    };
    vec![
        sent("ticket", Data::WasteCollected(waste)),
        sent("survey", Data::TravelSurveyed(survey)),
        sent("diesel", Data::ActivityRecorded(diesel)),
    ]
}

/// The configuration of a world, with these additional lines.
fn config(world: &Embedded, name: &str, more: &str) -> std::path::PathBuf {
    let path = world.folder().join(name);
    let text = format!(
        "data_dir = {:?}\nas_of = \"{AS_OF}\"\n{more}",
        world.folder()
    );
    std::fs::write(&path, text).expect("a configuration");
    path
}

/// A footprint without the figures that depend on factors, and without its position in the log.
fn untouched(footprint: &Footprint) -> Footprint {
    let mut rest = footprint.clone();
    rest.position.clear();
    rest.factor_set.method = YearRule::Majority;
    rest.factor_set.years.clear();
    (rest.gross, rest.voluntary) = (MilligramsCo2e(0), MilligramsCo2e(0));
    (rest.notes, rest.lacks, rest.lacks_voluntary) = Default::default();
    for line in &mut rest.lines {
        line.price = None;
        // The energy in a litre is read from the tables as well.
        if line.item.as_str() == "minibus_diesel" {
            (line.energy, line.energy_from) = (None, None);
        }
    }
    for gap in &mut rest.estimates {
        gap.co2e = None;
    }
    rest
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_with_other_factors_changes_only_their_figures_and_both_can_be_compared() {
    let world = Embedded::start().await;
    files::register(&world).await;
    files::import(&world, files::day_rows()).await;
    files::import(&world, files::half_hours()).await;
    let answer = world.client().send(&besides()).await.expect("an answer");
    assert_eq!(answer.accepted, 3, "{answer:#?}");
    let before = (&world as &dyn Deployment).wait_until_settled().await;

    let mut blended = UpConfig::in_folder(world.folder().to_owned());
    blended.as_of = AS_OF.parse().ok();
    blended.factors.year = YearChoice::Blended;
    let emitted = aggregate::rebuild(&blended.aggregate(&world.kafka()))
        .await
        .expect("rebuilt");
    assert!(emitted >= before.footprints().count(), "{emitted}");
    let after = (&world as &dyn Deployment).wait_until_settled().await;

    let mut priced = 0;
    for (one, other) in before.footprints().zip(after.footprints()) {
        assert_eq!(untouched(one), untouched(other));
        // The trailing months are priced by each day's own year, regardless of academic years.
        let rule = match other.period {
            Period::AcademicYear { .. } => YearRule::Blended,
            Period::Trailing { .. } => YearRule::OwnYear,
        };
        assert_eq!(other.factor_set.method, rule);
        priced += usize::from(one.gross != other.gross);
    }
    assert_eq!(before.footprints().count(), after.footprints().count());
    assert_eq!(priced, 22, "every school with a reading, over 2018/19");

    let electricity = |footprint_store: &publish::FootprintStore| {
        let of_school = footprint_store
            .footprints()
            .find(|one| one.period.key() == "2018-19")
            .expect("2018/19")
            .clone();
        of_school
            .lines
            .iter()
            .find(|line| line.item.as_str() == "electricity")
            .expect("a line")
            .clone()
    };
    let (one, other) = (electricity(&before), electricity(&after));
    assert_eq!(one.quantity, other.quantity);
    let (one, other) = (one.price.expect("a price"), other.price.expect("a price"));
    // 122 days of 2018 at 0.28307 and 243 of 2019 at 0.2556 are 96.64534 / 365.
    assert_eq!(one.factor, 0.2556);
    assert!(
        (other.factor - 96.645_34 / 365.0).abs() < 1e-9,
        "{}",
        other.factor
    );

    let explained = explain(&world);
    let lines = explained["against"]["lines"].as_array().expect("lines");
    let line = lines
        .iter()
        .find(|line| line["item"] == "electricity")
        .expect("electricity");
    assert_eq!(line["one"]["factor"], 0.2556, "{line}");
    assert_eq!(line["other"]["factor"], other.factor, "{line}");
    assert_eq!(line["other"]["kg_co2e"], other.co2e.kilograms());
    let difference = line["difference"].as_f64().expect("a difference");
    assert!((difference - (other.co2e.kilograms() - one.co2e.kilograms())).abs() < 1e-6);
    assert_eq!(explained["against"]["factor_set"]["method"], "majority");
    assert_eq!(explained["against"]["other_set"]["method"], "blended");
}

/// The output of `greenledger explain --against`, run beside the pipeline.
fn explain(world: &Embedded) -> Value {
    let own = config(world, "own.toml", "");
    let other = config(world, "other.toml", "[factors]\nyear = \"blended\"\n");
    let output = Command::new(binary("greenledger"))
        .args([
            "--format", "json", "explain", "900100", "--year", "2018/19", "--config",
        ])
        .arg(own)
        .arg("--against")
        .arg(other)
        .output()
        .expect("greenledger");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
