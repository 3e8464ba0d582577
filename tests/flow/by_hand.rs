//! What people send by hand: waste and surveys as files, a file that is only checked, and the pages for both.

use events::Audience;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::deployment::{Deployment, Embedded, TOKEN, TRUST};
use super::files::{school, urn};
use super::seen::ledger_rows;
use crate::contracts::openapi::check_answer;
use crate::servers::http;

const WASTE: &str = "Site,Date,Material,Tonnes,Weight Type,Treatment\n\
    Fixture School 0,03/11/2026,General waste,0.088,Weighed,Energy from waste\n\
    fixture school 0,03/11/2026,Food waste,0.035,Weighed,Anaerobic digestion\n\
    Nowhere School,03/11/2026,Food waste,0.035,Weighed,Anaerobic digestion\n";

fn survey() -> String {
    let year_4 = format!("{},2026-11-12,pupil,Year 4", urn(0));
    format!(
        "urn,survey_date,audience,year_group,mode,count,preferred,roll\n\
         {year_4},walk,12,false,29\n{year_4},car,15,false,29\n{year_4},cycle,20,true,29\n"
    )
}

async fn with_a_school() -> Embedded {
    let world = Embedded::start().await;
    let answer = world.client().send(&[school(0)]).await;
    assert_eq!(answer.expect("an answer").accepted, 1);
    world
}

/// Sends a file to an address of ingest, with a time of issue if there is one.
async fn post(
    world: &Embedded,
    path: &str,
    issued: Option<&str>,
    file: &str,
) -> (StatusCode, Value) {
    let mut request = http::client()
        .post(format!("{}{path}", world.ingest()))
        .bearer_auth(TOKEN)
        .header("content-type", "application/octet-stream");
    if let Some(issued) = issued {
        request = request.header("x-issued", issued);
    }
    let response = request.body(file.to_owned()).send().await;
    let response = response.expect("an answer");
    let status = response.status();
    let body: Value = response.json().await.expect("JSON");
    check_answer("post", "/v1/files", status.as_u16(), &body);
    (status, body)
}

async fn rejected(world: &Embedded) -> Vec<cli::Rejection> {
    let listed = world.client().rejected(None, 100, None).await;
    listed.expect("a list").rejected
}

/// 88 kg of general waste and 35 kg of food waste; corrected to 80 kg and 35 kg.
#[tokio::test(flavor = "multi_thread")]
async fn files_about_schools_count_once_and_a_correction_overrules() {
    let world = with_a_school().await;
    for _ in 0..2 {
        let (status, answer) = post(&world, "/v1/files", None, WASTE).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer:#}");
        let seen = [&answer["accepted"], &answer["refused"]];
        assert_eq!(seen, [&json!(2), &json!(1)], "{answer:#}");
        assert_eq!(answer["refusals"][0]["seen"], "Site: Nowhere School");
        let (_, answer) = post(&world, "/v1/files", None, &survey()).await;
        assert_eq!(answer["accepted"], 3, "{answer:#}");
        (&world as &dyn Deployment).wait_until_settled().await;
        // A school, two collections and a survey.
        assert_eq!(ledger_rows(&world.lake()).await.len(), 4);
    }
    let corrected = WASTE.replace("0.088", "0.080");
    let issued = Some("2026-11-20T09:00:00Z");
    post(&world, "/v1/files", issued, &corrected).await;
    let store = (&world as &dyn Deployment).wait_until_settled().await;
    let view = store.view(TRUST, "2026-27", 0.24).expect("figures");
    let figures = view.schools.first().expect("a school");
    assert_eq!(figures.waste.total.0, 80_000 + 35_000);
    assert_eq!(figures.waste.recycled.0, 35_000);
    let survey = &figures.travel.surveys[&Audience::Pupil];
    assert_eq!((survey.responses, survey.preferred_responses()), (27, 20));
    let kept = rejected(&world).await;
    assert!(kept.iter().all(|one| !one.taken_since), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_would_be_kept_and_keeps_nothing() {
    let world = with_a_school().await;
    (&world as &dyn Deployment).wait_until_settled().await;
    let before = ledger_rows(&world.lake()).await;
    let (status, answer) = post(&world, "/v1/files?dry_run=true", None, WASTE).await;
    assert_eq!(status, StatusCode::OK, "{answer:#}");
    assert_eq!(answer["tables"][0]["format"], "waste-weights");
    let food = json!({
        "type": "waste.collected.v1", "school": urn(0), "school_name": "Fixture School 0", "about": "200108",
        "count": 1, "from": "2026-11-03", "to": "2026-11-03", "quantity": 35.0, "unit": "kg"
    });
    assert_eq!(answer["would_keep"][0], food, "{answer:#}");
    let receipt = &answer["receipt"];
    let counts = [&receipt["accepted"], &receipt["refused"]];
    assert_eq!(counts, [&json!(2), &json!(1)]);
    // Nothing of it can be read, and a misspelt parameter must not send it.
    let (status, _) = post(&world, "/v1/files?dry_run=true", None, "<html>").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, answer) = post(&world, "/v1/files?dryrun=true", None, WASTE).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{answer:#}");
    (&world as &dyn Deployment).wait_until_settled().await;
    assert_eq!(ledger_rows(&world.lake()).await, before);
    assert_eq!(rejected(&world).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_are_served_with_a_policy_and_need_no_token() {
    let world = Embedded::start().await;
    for (path, has) in [
        ("/upload", "Refused lately"),
        ("/survey", "Park and stride"),
    ] {
        let page = http::get(format!("{}{path}", world.ingest()))
            .await
            .expect("an answer");
        assert_eq!(page.status(), StatusCode::OK);
        let policy = page.headers()["content-security-policy"]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        let text = page.text().await.expect("a text");
        assert!(text.contains(has) && !text.contains(TOKEN), "{path}");
    }
}
