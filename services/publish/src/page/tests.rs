use std::path::PathBuf;

use super::*;
use crate::config::IngestUrl;
use crate::fixtures;
use crate::half_hours::{HalfHours, Series};
use crate::rejected::RejectedLately;
use crate::rollup::TrustView;
use events::{Channel, Fuel, MICRO, Quality, SettlementDay, Unit};
use footprint::view::DayView;

fn lately() -> HalfHours {
    let last = fixtures::as_of().pred_opt().unwrap();
    let days: Vec<_> = (0..7)
        .rev()
        .map(|back| last - chrono::Duration::days(back))
        .collect();
    let day_view = |number: usize, gas: bool| {
        let value = |slot: usize| {
            let at_school = (14..34).contains(&slot) && number < 5;
            let kwh = if gas {
                4 + 30 * i64::from(at_school && slot < 24)
            } else {
                6 + 20 * i64::from(at_school)
            };
            let missing = gas && number == 3 && (10..30).contains(&slot);
            let micro = (kwh * 10 + (slot * 7 % 11) as i64) * MICRO / 10;
            (!missing).then_some((slot, micro, Quality::Actual))
        };
        DayView {
            unit: Unit::KilowattHours,
            slots: (0..SettlementDay(last).slots()).filter_map(value).collect(),
            contradictions: Default::default(),
        }
    };
    let series = |meter: &str, fuel, gas| Series {
        meter: meter.parse().unwrap(),
        channel: Channel::AI,
        fuel: Some(fuel),
        unit: Unit::KilowattHours,
        expected: footprint::Days::from_until(days[0], None),
        days: days
            .iter()
            .enumerate()
            .map(|(n, day)| (*day, day_view(n, gas)))
            .collect(),
    };
    HalfHours {
        series: vec![
            series("mpan:1710035168313", Fuel::Electricity, false),
            series("mprn:3938424403", Fuel::Gas, true),
        ],
        days,
    }
}

/// The school's days by intensities that are low at night and high in the evening; the third day has none.
fn grid_section(school: &footprint::Footprint) -> GridSection {
    let found = lately();
    let grid = crate::grid::Grid::default();
    for (at, day) in found.days.iter().enumerate().filter(|(at, _)| *at != 2) {
        let grams = |slot: u16| 140 + 10 * at as u16 + 6 * slot.min(70 - slot.min(60));
        grid.merge(&events::GridIntensity {
            region: events::GridRegion::GREAT_BRITAIN,
            start: SettlementDay(*day).starts().fixed_offset(),
            forecast: (0..48).map(|slot| Some(grams(slot))).collect(),
            actual: Vec::new(),
        });
    }
    GridSection {
        report: Some(grid.report(school, &found)),
        month: None,
        months: vec!["2026-11".parse().unwrap(), "2026-10".parse().unwrap()],
    }
}

fn trust_page(period: &str) -> String {
    let footprint_store = FootprintStore::of(fixtures::footprints());
    let view = footprint_store.view(fixtures::TRUST, period, 0.24).unwrap();
    trust::page(
        &view,
        &periods(&footprint_store, fixtures::TRUST),
        false,
        Wanted::default(),
        None,
    )
    .0
}

fn scoreboard_page() -> String {
    let footprint_store = FootprintStore::of(fixtures::footprints());
    scoreboard::page(
        &fixtures::view(),
        &periods(&footprint_store, fixtures::TRUST),
        Wanted::default(),
    )
    .0
}

fn school_page(n: usize) -> String {
    let footprint_store = FootprintStore::of(fixtures::footprints());
    let view: TrustView = fixtures::view();
    school::page(
        &view.schools[n].clone(),
        &view,
        &periods(&footprint_store, fixtures::TRUST),
        Some(&lately()),
        Some(&grid_section(&view.schools[n])),
        Some(RejectedLately::Count(n)),
        None,
    )
    .0
}

/// The pages of ingest are linked only where their address is configured.
#[test]
fn the_pages_lead_to_where_data_is_sent() {
    let view = fixtures::view();
    let ingest: IngestUrl = "https://data.heron.example".to_owned().try_into().unwrap();
    let school = |ingest| school::page(&view.schools[0], &view, &[], None, None, None, ingest).0;
    let urn = view.schools[0].urn;
    let survey = format!("https://data.heron.example/survey?urn={urn}");
    assert!(school(Some(&ingest)).contains(&survey));
    assert!(!school(None).contains("Send data"));
    let trust = trust::page(&view, &[], false, Wanted::default(), Some(&ingest)).0;
    assert!(trust.contains("https://data.heron.example/upload"));
}

/// Set `PUBLISH_LOOK` to a folder, and look.
#[test]
fn every_page_stands_by_itself_and_is_safe() {
    let pages = [
        ("trust", trust_page("trailing-12-months")),
        ("trust-part-year", trust_page("2026-27")),
        ("scoreboard", scoreboard_page()),
        ("school", school_page(6)),
        ("secondary", school_page(2)),
        (
            "home",
            home::page(
                &FootprintStore::of(fixtures::footprints()),
                &fixtures::config(),
                Wanted::default(),
            )
            .0,
        ),
        (
            "tally",
            tally::page(&fixtures::school(0), Some("3A, 3B, Year 4"), None).0,
        ),
        (
            "empty",
            home::page(
                &FootprintStore::default(),
                &fixtures::config(),
                Wanted::default(),
            )
            .0,
        ),
    ];
    for (name, page) in &pages {
        stands_by_itself(name, page);
    }
}

/// Checks that a page loads nothing, runs no script, has a heading, and has exactly one element for every id that is
/// referenced.
pub(super) fn stands_by_itself(name: &str, page: &str) {
    for refused in [
        "<script",
        " style=\"",
        "src=\"",
        "http://www.w3.org/1999",
        "href=\"http",
    ] {
        assert!(!page.contains(refused), "{name} has {refused}");
    }
    assert_eq!(page.matches("<h1").count(), 1, "{name}");
    let mut ids: Vec<_> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id comes twice in {name}");
    for pointed in page
        .split("aria-labelledby=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(
            pointed.split(' ').all(|id| ids.contains(&id)),
            "{name}: {pointed} is nowhere"
        );
    }
    if let Some(folder) = std::env::var_os("PUBLISH_LOOK") {
        std::fs::write(PathBuf::from(folder).join(format!("{name}.html")), page).unwrap();
    }
}

#[test]
fn the_pages_of_a_region_stand_by_themselves_with_a_search_and_without() {
    let footprint_store = FootprintStore::of(fixtures::region(250));
    let period = fixtures::school(0).period.key();
    let view = footprint_store
        .view(fixtures::TRUST, &period, 0.24)
        .unwrap();
    let trusts = fixtures::region(120).into_iter().zip(100..);
    let trusts = trusts.map(|(mut school, number)| {
        school.trust.id = format!("trust-{number}");
        school.trust.name = format!("Trust {number}");
        school
    });
    let trusts = FootprintStore::of(trusts);
    for (name, search, page) in [("pages", "", 2), ("found", "24", 1), ("nothing", "x", 1)] {
        let wanted = Wanted { search, page };
        let of_trust = trust::page(&view, &[], true, wanted, None).0;
        stands_by_itself(&format!("region-{name}"), &of_trust);
        let scoreboard = scoreboard::page(&view, &[], wanted).0;
        stands_by_itself(&format!("region-scoreboard-{name}"), &scoreboard);
        let home = home::page(&trusts, &fixtures::config(), wanted).0;
        stands_by_itself(&format!("region-home-{name}"), &home);
    }
}

#[test]
fn a_part_year_is_not_shown_as_a_year() {
    let page = trust_page("2026-27");
    assert!(page.contains("2026/27 so far"));
    assert!(page.contains("82 of 365 days") && page.contains("per pupil so far"));
    assert!(!page.contains("% below") && !page.contains("% above"));
    assert!(trust_page("2025-26").contains("baseline"));
}

#[test]
fn what_is_not_known_is_no_data_and_small_counts_are_not_shown() {
    let page = school_page(9);
    assert!(page.contains("no data"), "waste of a school that sent none");
    let page = school_page(0);
    assert!(page.contains("withheld"));
}

#[test]
fn without_enough_data_there_is_no_headline_anywhere_and_what_is_missing_is_named() {
    let footprint_store = FootprintStore::of([fixtures::gasless()]);
    let view = footprint_store
        .view("gasless", "trailing-12-months", 0.24)
        .unwrap();
    let school = view.schools[0].clone();
    let missing = "as has sent nothing since 22 Nov 2025 (0 of 17,520 half-hours)";
    let pages = [
        (
            "gasless-school",
            school::page(&school, &view, &[], None, None, None, None).0,
        ),
        (
            "gasless-trust",
            trust::page(&view, &[], false, Wanted::default(), None).0,
        ),
        (
            "gasless-scoreboard",
            scoreboard::page(&view, &[], Wanted::default()).0,
        ),
        (
            "gasless-home",
            home::page(&footprint_store, &fixtures::config(), Wanted::default()).0,
        ),
    ];
    let partial = format!("{:.3}", school.known_tonnes_per_pupil().unwrap());
    for (name, page) in &pages {
        stands_by_itself(name, page);
        assert!(!page.contains("% below"), "{name} compares");
        assert!(!page.contains(&format!("<strong>{partial}")), "{name}");
        assert!(page.contains(&partial), "{name} has not the partial figure");
        assert!(page.to_lowercase().contains("not enough data"), "{name}");
        let names_it = page.contains(missing) || *name == "gasless-home";
        assert!(names_it, "{name} does not name what is missing");
    }
    let (_, school) = &pages[0];
    assert!(school.contains("mprn:3938424403") && school.contains("Oct 2026 to Nov 2026"));
}

#[test]
fn a_trust_with_enough_data_names_the_schools_without() {
    // One of fifteen schools lacks 50 days of gas.
    let page = trust_page("trailing-12-months");
    assert!(page.contains("</b> the 0.24 baseline"));
    assert!(page.contains("1 school does not have enough data for a figure of its own"));
}

#[test]
fn names_are_escaped() {
    let mut school = fixtures::school(0);
    school.school = "<img onerror=x>".to_owned();
    let view = TrustView::of(vec![Arc::new(school)], 0.24).unwrap();
    let page = trust::page(&view, &[], false, Wanted::default(), None).0;
    assert!(page.contains("&lt;img") && !page.contains("<img"));
}

#[test]
fn fifteen_schools_render_quickly() {
    let view = fixtures::view();
    trust::page(&view, &[], false, Wanted::default(), None);
    let before = cpu_time();
    for _ in 0..10 {
        trust::page(&view, &[], false, Wanted::default(), None);
    }
    // Five milliseconds in a release build; a debug build is given ten times that. Other load on the machine is not counted.
    let taken = cpu_time() - before;
    assert!(taken.as_millis() < 500, "{taken:?} for ten");
}

/// The CPU time of this thread so far.
fn cpu_time() -> std::time::Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = statistics.split(' ').next().unwrap();
    std::time::Duration::from_nanos(nanoseconds.parse().unwrap())
}

#[test]
fn impossible_rolls_are_reported_in_the_travel_section() {
    let travel = |n: usize| {
        let page = school_page(n);
        let section = page.split("aria-labelledby=\"travel\"").nth(1);
        section
            .unwrap()
            .split("</section>")
            .next()
            .unwrap()
            .to_owned()
    };
    let shown = travel(2);
    assert!(shown.contains("The groups surveyed have "), "{shown}");
    assert!(
        shown.contains(
            "perhaps a group was surveyed under two names. The surveys count as they are."
        )
    );
    assert!(!travel(0).contains("surveyed under two names"));
}
