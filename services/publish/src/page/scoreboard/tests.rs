use events::{EvidenceKind, EvidenceStatus};
use footprint::EvidenceFigures;

use super::*;
use crate::fixtures;

fn filed(title: &str, link: &str) -> EvidenceFigures {
    EvidenceFigures {
        kpi: 8,
        kind: EvidenceKind::SupplierStatement,
        title: title.to_owned(),
        status: EvidenceStatus::InForce,
        dated: fixtures::as_of() - chrono::Duration::days(10),
        expires: fixtures::as_of().checked_add_days(chrono::Days::new(10)),
        link: Some(link.to_owned()),
    }
}

fn page_with(evidence: Vec<EvidenceFigures>) -> String {
    let mut school = fixtures::school(0);
    school.evidence = evidence;
    let view = TrustView::of(vec![Arc::new(school)], 0.24).unwrap();
    page(&view, &[], Wanted::default()).0
}

#[test]
fn a_state_is_a_sign_and_a_word_and_never_only_a_colour() {
    let states = TargetVerdict::ALL.map(|verdict| {
        let shown = state(verdict).0;
        let words = shown.split(['<', '>']).step_by(2).collect::<String>();
        words.trim().to_owned()
    });
    assert_eq!(
        states,
        [
            "\u{2713} Met",
            "\u{2248} Met as reported, not at constant factors",
            "\u{2248} Not comparable at constant factors",
            "\u{2717} Not met",
            "? Not evidenced"
        ]
    );
}

#[test]
fn the_page_has_every_target_every_school_and_every_reason() {
    let view = fixtures::view();
    let page = page(&view, &[], Wanted::default()).0;
    for kpi in view.scoreboard().kpis {
        assert!(
            page.contains(&format!("{}. {}", kpi.number, kpi.title)),
            "{}",
            kpi.number
        );
        for school in kpi.schools {
            let why = maud::html! { (format::typeset(&school.why.to_string())) }.0;
            assert!(page.contains(&why), "{why}");
        }
    }
    assert!(page.contains("Nothing has been filed."));
}

#[test]
fn a_school_shows_its_own_part_and_the_trusts_page_all_targets() {
    let view = fixtures::view();
    let urn = view.schools[0].urn;
    let own = of_school(&view, urn).0;
    assert_eq!(own.matches("class=\"state").count(), 6, "1, 4, 6, 7, 9, 10");
    assert_eq!(section(&view).0.matches("class=\"state").count(), 13);
    assert!(
        section(&view)
            .0
            .contains("/trusts/calder-vale/scoreboard?period=trailing-12-months")
    );
}

#[test]
fn evidence_is_linked_on_the_web_only_and_escaped() {
    let page = page_with(vec![
        filed("A statement", "https://a.example/statement"),
        filed("A <trap>", "javascript:alert(1)"),
    ]);
    assert!(page.contains(
        "<a href=\"https://a.example/statement\" rel=\"noopener noreferrer\">A statement</a>"
    ));
    assert!(page.contains("A &lt;trap&gt;") && !page.contains("javascript:"));
    assert!(page.contains("Supplier statement, 12 November 2026, in force until 2 December 2026"));
}
