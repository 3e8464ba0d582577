//! The scoreboard of the trust's plan.

use footprint::{EvidenceScore, EvidenceState, KpiScore, SchoolScore, Scoreboard};

use super::key;
use crate::format;
use crate::rollup::TrustView;
use crate::table::{Columns, Table, Unit};

/// A target of the trust, or one of its schools and that target.
struct Row<'a> {
    view: &'a TrustView,
    board: &'a Scoreboard,
    kpi: &'a KpiScore,
    school: Option<&'a SchoolScore>,
}

/// One row per target of the plan, and below it one per school that the target applies to. A row of the trust has no URN
/// and gives the number of its schools with each verdict.
pub fn scoreboard(view: &TrustView) -> Table {
    let board = view.scoreboard();
    let rows = board.kpis.iter().flat_map(|kpi| {
        let row = |school| Row {
            view,
            board: &board,
            kpi,
            school,
        };
        let of_trust = [row(None)].into_iter();
        let of_schools: Vec<_> = kpi.schools.iter().map(|school| row(Some(school))).collect();
        of_trust.chain(of_schools)
    });
    let columns = Columns::<Row<'_>>::new()
        .add(key::TRUST, |row| Some(row.view.trust.id.clone()))
        .add(key::PERIOD, |row| Some(row.view.period.key()))
        .add(key::URN, |row| Some(row.school?.urn.to_string()))
        .add(key::SCHOOL, |row| Some(row.school?.school.clone()))
        .column(
            "kpi",
            Unit::Number,
            "The number of the target in the plan.",
            |row| Some(u32::from(row.kpi.number)),
        )
        .column(
            "title",
            Unit::Sentences,
            "What the target is about.",
            |row| Some(row.kpi.title),
        )
        .column("verdict", Unit::Text, "Whether the target is met.", |row| {
            let of_trust = row.kpi.verdict;
            Some(format::snake(
                row.school.map_or(of_trust, |school| school.verdict),
            ))
        })
        .column(
            "why",
            Unit::Reasons,
            "Why the verdict is what it is.",
            |row| {
                let why = row.school.map_or(&row.kpi.why, |school| &school.why);
                Some(why.to_string())
            },
        )
        .column("target", Unit::Sentences, "What the plan asks.", |row| {
            Some(row.kpi.target.clone())
        })
        .column(
            "actual",
            Unit::Text,
            "What has been reached, in a row of the trust.",
            |row| row.kpi.actual.clone().filter(|_| row.school.is_none()),
        )
        .column(
            "schools_met",
            Unit::Count,
            "Schools that meet the target.",
            |row| count(row, |tally| tally.met),
        )
        .column(
            "schools_met_as_reported",
            Unit::Count,
            "Schools that meet it by the reported intensity alone.",
            |row| count(row, |tally| tally.met_as_reported),
        )
        .column(
            "schools_not_comparable",
            Unit::Count,
            "Schools whose figures cannot be compared.",
            |row| count(row, |tally| tally.not_comparable),
        )
        .column(
            "schools_not_met",
            Unit::Count,
            "Schools that do not meet the target.",
            |row| count(row, |tally| tally.not_met),
        )
        .column(
            "schools_not_evidenced",
            Unit::Count,
            "Schools that have not shown whether they do.",
            |row| count(row, |tally| tally.not_evidenced),
        )
        .column(
            "evidence",
            Unit::Sentences,
            "The evidence that is filed for the target.",
            evidence,
        )
        .column(
            "decided_by",
            Unit::Text,
            "What the verdict is decided by.",
            |row| Some(format::snake(row.kpi.decided_by)),
        )
        .column(
            "target_year",
            Unit::Text,
            "The academic year by which the target is to be reached.",
            |row| Some(row.board.target_year.path()),
        )
        .column(
            "last_day",
            Unit::Day,
            "The last day that the verdict counts.",
            |row| Some(row.board.last_day),
        );
    Table::new("scoreboard", columns, rows)
}

/// A count of schools, in a row of the trust whose target applies to schools.
fn count(row: &Row<'_>, of: fn(footprint::Tally) -> usize) -> Option<i64> {
    let has_schools = row.school.is_none() && !row.kpi.schools.is_empty();
    // Counted in a row of the trust alone: in each row of a school it would take the square of the number of schools.
    let tally = has_schools.then(|| row.kpi.tally())?;
    i64::try_from(of(tally)).ok()
}

fn evidence(row: &Row<'_>) -> Option<String> {
    let evidence = row
        .school
        .map_or(&row.kpi.evidence, |school| &school.evidence);
    // A row of a school already names it.
    let of = |filed: &EvidenceScore| match row.school {
        Some(_) => String::new(),
        None => format!("{}, ", filed.school),
    };
    let listed: Vec<String> = evidence
        .iter()
        .map(|filed| evidence_text(filed, &of(filed)))
        .collect();
    (!listed.is_empty()).then(|| listed.join("; "))
}

/// `Our plan (Oak Primary, in force until 31 October 2027)`
fn evidence_text(filed: &EvidenceScore, of: &str) -> String {
    let state = format::label(&format::snake(filed.state)).to_lowercase();
    let when = match (filed.state, filed.expires) {
        (EvidenceState::InForce, Some(last)) => format!(" until {}", format::day(last)),
        (EvidenceState::Expired, Some(last)) => format!(" on {}", format::day(last)),
        _ => String::new(),
    };
    format!("{} ({of}{state}{when})", filed.title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::table::Cell;

    #[test]
    fn a_target_has_a_row_and_each_school_it_applies_to_another() {
        let view = fixtures::view();
        let table = scoreboard(&view);
        // Thirteen targets; 1, 4, 6, 7, 9 and 10 also have a row for each school.
        assert_eq!(table.rows.len(), 13 + 6 * fixtures::SCHOOLS);
        let at = |name: &str| {
            let place = table.columns.iter().position(|column| column.name == name);
            place.unwrap()
        };
        let of = |kpi: i64, of_trust: bool| {
            let (number, urn) = (at("kpi"), at("urn"));
            let is_it = move |row: &&Vec<Cell>| {
                row[number] == Cell::Int(kpi) && (row[urn] == Cell::Nothing) == of_trust
            };
            table.rows.iter().filter(is_it)
        };
        let stars = of(9, true).next().unwrap();
        let counted = ["schools_met", "schools_not_met", "schools_not_evidenced"].map(at);
        // Every fifth of the made-up schools has no level, and all have initiatives.
        assert_eq!(
            counted.map(|place| stars[place].clone()),
            [Cell::Int(12), Cell::Int(3), Cell::Int(0)]
        );
        assert_eq!(stars[at("verdict")], Cell::Text("not_met".to_owned()));
        let met = of(9, false).filter(|row| row[at("verdict")] == Cell::Text("met".to_owned()));
        assert_eq!(met.count(), 12);
        assert_eq!(
            of(8, true).next().unwrap()[at("schools_met")],
            Cell::Nothing
        );
    }

    #[test]
    fn evidence_of_the_trust_names_the_school_it_is_filed_under() {
        let mut school = fixtures::school(0);
        let filed = |kpi| footprint::EvidenceFigures {
            kpi,
            kind: events::EvidenceKind::SupplierStatement,
            title: "Caterer".to_owned(),
            status: events::EvidenceStatus::InForce,
            dated: fixtures::as_of() - chrono::Duration::days(10),
            expires: None,
            link: None,
        };
        school.evidence = vec![filed(8), filed(4)];
        let name = school.school.clone();
        let view = TrustView::of(vec![std::sync::Arc::new(school)], 0.24).unwrap();
        let table = scoreboard(&view);
        let place = |name| table.columns.iter().position(|column| column.name == name);
        let evidence = place("evidence").unwrap();
        let cells: Vec<_> = table.rows.iter().map(|row| row[evidence].clone()).collect();
        let of_trust = Cell::Text(format!("Caterer ({name}, in force)"));
        assert!(cells.contains(&of_trust), "{cells:?}");
        assert!(cells.contains(&Cell::Text("Caterer (in force)".to_owned())));
    }
}
