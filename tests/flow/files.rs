//! Two suppliers' files and their figures, worked by hand.

use std::path::PathBuf;
use std::sync::LazyLock;

use cli::Answer;
use events::{
    Channel, Data, Event, Fuel, MeterId, MeterReadings, MeterRegistered, SchoolRegistered, Sent,
    TrustRef, Urn,
};
use footprint::fixtures::{day as date, registered, roll};

use super::deployment::{Deployment, Embedded, TRUST};
use super::seen::{ledger_rows, results};

/// A supplier's file.
pub struct File {
    pub format: &'static str,
    pub content: String,
}

/// Twelve meters, 6 and 7 November 2018, 48 columns of kWh and 48 of kVArh: 16,171.4633 kWh.
pub fn day_rows() -> File {
    File {
        format: "day-rows-kwh48",
        content: fixture("day_rows.csv"),
    }
}

/// Ten meters, 26 August 2019, a row per half-hour, end-labelled: 6,278.4 kWh, one meter's 48 rows estimated.
pub fn half_hours() -> File {
    File {
        format: "row-per-half-hour-end",
        content: fixture("row_per_half_hour.csv"),
    }
}

fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The MPANs of a file, in its order.
fn mpans(file: &File) -> Vec<String> {
    let mut seen = Vec::new();
    for field in file.content.split(['\n', ',']) {
        if MeterId::mpan(field).is_ok() && !seen.iter().any(|known| known == field) {
            seen.push(field.to_owned());
        }
    }
    seen
}

/// The meter of the first file that school `at` has.
pub fn mpan(at: usize) -> String {
    static MPANS: LazyLock<Vec<String>> = LazyLock::new(|| mpans(&day_rows()));
    MPANS[at].clone()
}

/// Registers twelve schools with a meter of the first file each, and twelve with the ten of the second between them.
pub async fn register(world: &dyn Deployment) {
    let (first, second) = (mpans(&day_rows()), mpans(&half_hours()));
    let schools = (0..24).map(school).collect::<Vec<_>>();
    let meters = first
        .iter()
        .chain(&second)
        .enumerate()
        .map(|(at, mpan)| meter(at as u32, mpan));
    let mut events = schools;
    events.extend(meters);
    let answer = world.client().send(&events).await.expect("an answer");
    assert_eq!((answer.accepted, answer.refused), (46, 0), "{answer:#?}");
}

pub fn urn(at: u32) -> Urn {
    Urn::try_from(900_100 + at).expect("a URN")
}

fn event(at: u32, id: String, data: Data) -> Event {
    let time = "2018-09-01T00:00:00Z".parse().expect("a time");
    Event {
        id,
        source: "register".to_owned(),
        time,
        subject: Some(urn(at)),
        data,
    }
}

pub fn school(at: u32) -> Event {
    let rolls = ["2018-10-04", "2019-10-03"].map(|census| roll(200, date(census)));
    event(
        at,
        format!("school-{at}"),
        Data::SchoolRegistered(SchoolRegistered {
            name: format!("Fixture School {at}"),
            trust: TrustRef {
                id: TRUST.to_owned(),
                name: "Fixture Trust".to_owned(),
            },
            rolls: rolls.into(),
            ..registered(TRUST, date("2018-09-01"))
        }),
    )
}

pub fn meter(at: u32, mpan: &str) -> Event {
    event(
        at,
        format!("meter-{mpan}"),
        Data::MeterRegistered(MeterRegistered::new(
            MeterId::mpan(mpan).expect("an MPAN"),
            Fuel::Electricity,
            date("2018-09-01"),
        )),
    )
}

/// Half-hours of a day of a meter, in kilowatt-hours.
pub fn readings(id: &str, source: &str, time: &str, mpan: &str, values: (&str, Vec<f64>)) -> Event {
    let (day, values) = values;
    Event {
        id: id.to_owned(),
        source: source.to_owned(),
        time: time.parse().expect("a time"),
        subject: None,
        data: Data::MeterReadings(MeterReadings {
            meter: MeterId::mpan(mpan).expect("an MPAN"),
            channel: Channel::AI,
            unit: Sent::KWh,
            interval: Default::default(),
            day: Some(day.parse().expect("a day")),
            start: None,
            values: values.into_iter().map(Some).collect(),
            quality: None,
            quarters: Vec::new(),
            register: None,
            issue_stated: true,
            as_registered: false,
        }),
    }
}

/// A pipeline with a school that has one electricity meter.
pub async fn one_meter(mpan: &str) -> Embedded {
    let world = Embedded::start().await;
    let answer = world.client().send(&[school(0), meter(0, mpan)]).await;
    assert_eq!(answer.expect("an answer").accepted, 2);
    world
}

/// The school's quantity of an item in a period, in millionths.
pub async fn quantity(world: &Embedded, period: &str, item: &str) -> Option<i64> {
    let footprint_store = (world as &dyn Deployment).wait_until_settled().await;
    let view = footprint_store.view(TRUST, period, 0.24).expect("figures");
    let lines = &view.schools.first().expect("a school").lines;
    let line = lines.iter().find(|line| line.item.as_str() == item)?;
    Some(line.quantity)
}

pub async fn import(world: &dyn Deployment, file: File) -> Answer {
    world
        .client()
        .send_file(file.format, file.content.as_bytes())
        .await
        .expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_suppliers_files_give_the_figures_worked_by_hand() {
    let world = &Embedded::start().await as &dyn Deployment;
    register(world).await;
    let answer = import(world, day_rows()).await;
    assert_eq!((answer.accepted, answer.refused), (24, 0), "{answer:#?}");
    let answer = import(world, half_hours()).await;
    assert_eq!((answer.accepted, answer.refused), (480, 0), "{answer:#?}");
    let footprint_store = world.wait_until_settled().await;

    let year = footprint_store
        .view(TRUST, "2018-19", 0.24)
        .expect("figures of 2018/19");
    let kwh = |view: &publish::TrustView| -> i64 {
        let lines = view.schools.iter().flat_map(|school| &school.lines);
        lines
            .filter(|line| line.item.as_str() == "electricity")
            .map(|line| line.quantity)
            .sum()
    };
    // Both files lie in the academic year 2018/19, and the electricity factor of 2019 is 0.2556.
    assert_eq!(kwh(&year), 16_171_463_300 + 6_278_400_000);
    assert_eq!(format!("{:.3}", year.totals.gross.kilograms()), "5738.185");
    let coverage = |urn: u32| {
        let school = year
            .schools
            .iter()
            .find(|school| school.urn.number() == urn);
        school.unwrap_or_else(|| panic!("no school {urn}")).coverage
    };
    let one_of_the_first = coverage(900_100);
    assert_eq!(
        (
            one_of_the_first.days_present,
            one_of_the_first.days_expected
        ),
        (2, 365)
    );
    assert_eq!(one_of_the_first.estimated, 0);
    let estimated: i64 = year
        .schools
        .iter()
        .map(|school| school.coverage.estimated)
        .sum();
    assert_eq!(estimated, 48);
    let the_estimated = coverage(900_115);
    assert_eq!((the_estimated.present, the_estimated.estimated), (48, 48));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_sent_twice_or_half_and_then_whole_changes_nothing() {
    let world = &Embedded::start().await as &dyn Deployment;
    register(world).await;
    import(world, day_rows()).await;
    import(world, half_hours()).await;
    world.wait_until_settled().await;
    let (rows, figures) = (
        ledger_rows(&world.lake()).await,
        results(&world.lake()).await,
    );
    import(world, day_rows()).await;
    import(world, half_hours()).await;
    world.wait_until_settled().await;
    assert_eq!(
        ledger_rows(&world.lake()).await,
        rows,
        "the same file again adds no row"
    );

    let other = &Embedded::start().await as &dyn Deployment;
    register(other).await;
    for file in [day_rows(), half_hours()] {
        let lines: Vec<&str> = file.content.lines().collect();
        // Half of the meters: the file of row per half-hour has a day of each, one after another.
        let half = lines[..2 + lines.len() / 2 / 48 * 48].join("\n");
        let half = if file.format == day_rows().format {
            lines[..13].join("\n")
        } else {
            half
        };
        import(
            other,
            File {
                format: file.format,
                content: half,
            },
        )
        .await;
        import(other, file).await;
    }
    other.wait_until_settled().await;
    assert_eq!(
        results(&other.lake()).await,
        figures,
        "half and then whole gives the whole's figures"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn up_restarted_on_its_folder_resumes_where_it_stopped() {
    let world = Embedded::start().await;
    register(&world).await;
    import(&world, day_rows()).await;
    // No wait: aggregate reads the records of the log that are not in the ledger yet.
    let world = world.restarted().await;
    let answer = import(&world, half_hours()).await;
    assert_eq!((answer.accepted, answer.refused), (480, 0), "{answer:#?}");
    let footprint_store = (&world as &dyn Deployment).wait_until_settled().await;
    let year = footprint_store
        .view(TRUST, "2018-19", 0.24)
        .expect("figures of 2018/19");
    assert_eq!(format!("{:.3}", year.totals.gross.kilograms()), "5738.185");
}
