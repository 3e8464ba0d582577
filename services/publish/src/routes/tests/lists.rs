//! Long lists: on a page a hundred rows at a time, over the API in parts.

use footprint::Footprint;
use serde_json::Value;

use super::estate::{Estate, Trusts};
use super::readers;
use super::served::Served;
use crate::access::AccessConfig;
use crate::fixtures;

async fn json(served: &Served, path: &str) -> Value {
    let answer = served.ask("all", path).await;
    let body = answer.content.lines().last().unwrap();
    serde_json::from_str(body).unwrap()
}

/// A list that is read one row at a time.
async fn row_by_row(served: &Served, path: &str, list: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let mut answer = json(served, &format!("{path}limit=1{after}")).await;
        rows.append(answer[list].as_array_mut().unwrap());
        match answer["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return rows,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_a_list_are_the_whole_list() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    for (path, list, length) in [
        ("/api/v1/trusts?", "trusts", 2),
        ("/api/v1/trusts/birch?period=2024-25&", "schools", 3),
        ("/api/v1/schools?period=2024-25&", "rows", 6),
        ("/api/v1/schools?period=2024-25&trust=alder&", "rows", 3),
    ] {
        let whole = json(&served, path).await;
        assert!(whole["next"].is_null());
        let rows = whole[list].as_array().unwrap();
        assert_eq!(rows.len(), length, "{path}");
        assert_eq!(row_by_row(&served, path, list).await, *rows, "{path}");
    }
}

async fn serving(footprints: Vec<Footprint>) -> Served {
    let estate = Estate {
        footprints,
        config: fixtures::config(),
        lake: lake::LakeConfig::at("memory:").open().unwrap(),
        grid: Default::default(),
        schedules: &[],
        degraded: Vec::new(),
    };
    Served::start(estate, &AccessConfig::default()).await
}

async fn page(served: &Served, path: &str) -> String {
    let answer = served.ask("", path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.content);
    answer.content
}

/// The URNs of the schools in the list of a page, sorted.
fn listed(page: &str) -> Vec<u32> {
    let rows = page.split("role=\"rowheader\"").skip(1);
    let address = |row: &str| row.split("/schools/").nth(1).unwrap().to_owned();
    let mut urns: Vec<u32> = rows
        .map(|row| address(row).split('?').next().unwrap().parse().unwrap())
        .collect();
    urns.sort_unstable();
    urns
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_lists_a_hundred_schools_of_a_region_and_its_totals_are_of_all() {
    let served = serving(fixtures::region(250)).await;
    let path = format!("/trusts/{}", fixtures::TRUST);
    let totals = |page: &str| {
        let body = page.split("<body>").nth(1).unwrap();
        body.split("<section").next().unwrap().to_owned()
    };
    let first = page(&served, &path).await;
    let mut all = listed(&first);
    assert_eq!(all.len(), 100);
    for (number, length) in [(2, 100), (3, 50)] {
        let next = page(&served, &format!("{path}?page={number}")).await;
        assert_eq!(totals(&next), totals(&first));
        let more = listed(&next);
        assert_eq!(more.len(), length);
        all.extend(more);
    }
    all.sort_unstable();
    assert_eq!(all, (200_000..200_250).collect::<Vec<u32>>());
    let found = page(&served, &format!("{path}?q=SCHOOL+200249")).await;
    assert_eq!(
        (listed(&found), totals(&found)),
        (vec![200_249], totals(&first))
    );
    let scoreboard = page(&served, &format!("{path}/scoreboard?page=3")).await;
    assert_eq!(scoreboard.matches("#scoreboard\"").count(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_lists_a_hundred_trusts_and_finds_the_others() {
    let mut footprints = fixtures::region(120);
    for (footprint, number) in footprints.iter_mut().zip(100..) {
        footprint.trust.id = format!("trust-{number}");
    }
    let served = serving(footprints).await;
    let trusts = |page: &str| page.matches("href=\"/trusts/").count();
    assert_eq!(trusts(&page(&served, "/").await), 100);
    assert_eq!(trusts(&page(&served, "/?page=2").await), 20);
    let found = page(&served, "/?q=trust-219").await;
    assert_eq!(trusts(&found), 1);
    assert!(found.contains("href=\"/trusts/trust-219\""));
}
