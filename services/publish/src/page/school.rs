//! A school: its figure, its energy by month and by half-hour, its lines, and the data behind them.

use footprint::change::{Change, Changes};
use footprint::{Footprint, Period};
use maud::{Markup, html};

use super::grid::GridSection;
use super::headline;
use super::headline::Headline;
use super::{
    charts, gaps, grid, half_hours, layout, lines, parts, rejected, school_parts, schools_table,
    scoreboard, sending, travel, waste,
};
use crate::config::IngestUrl;
use crate::format;
use crate::half_hours::HalfHours;
use crate::page::{explain, year_on_year};
use crate::rejected::RejectedLately;
use crate::rollup::disclosures::{lacks_of_one, notes_of_one};
use crate::rollup::{Totals, TrustView};

/// Everything that the page of a school shows: its sections compute nothing.
struct SchoolPage<'a> {
    school: &'a Footprint,
    trust: &'a TrustView,
    /// Every period that has figures of the school.
    periods: &'a [Period],
    totals: Totals,
    headline: Headline<'a>,
    /// The change since the year before, of the trust and of the school.
    change: (Option<&'a Changes>, Option<&'a Change>),
    lacks: Vec<String>,
    lacks_voluntary: Vec<String>,
    notes: Vec<String>,
    /// None if the ledger cannot be read at the moment.
    half_hours: Option<&'a HalfHours>,
    /// None if the intensity of the grid is not used.
    grid: Option<&'a GridSection>,
    rejected: Option<RejectedLately>,
    /// Where data is sent, if that is known.
    ingest: Option<&'a IngestUrl>,
}

impl<'a> SchoolPage<'a> {
    fn new(
        school: &'a Footprint,
        trust: &'a TrustView,
        periods: &'a [Period],
        half_hours: Option<&'a HalfHours>,
        grid: Option<&'a GridSection>,
        rejected: Option<RejectedLately>,
        ingest: Option<&'a IngestUrl>,
    ) -> Self {
        let changes = trust.change.as_ref();
        SchoolPage {
            school,
            trust,
            periods,
            totals: Totals::of([school]),
            headline: Headline {
                intensity: school.tonnes_per_pupil(),
                partial: school.partial_tonnes_per_pupil(),
                missing: school.sufficiency.clauses(),
                baseline: trust.baseline(),
                at_baseline: trust.baseline().intensity_of([school]),
                period: school.period,
                complete: school.is_complete(),
                coverage: &school.coverage,
                lines: &school.lines,
            },
            change: (changes, changes.and_then(|all| all.of_school(school.urn))),
            lacks: lacks_of_one(&school.lacks),
            lacks_voluntary: lacks_of_one(&school.lacks_voluntary),
            notes: notes_of_one(&school.notes),
            half_hours,
            grid,
            rejected,
            ingest,
        }
    }
}

/// The page of a school over one period. `half_hours` is none if the ledger cannot be read at the moment.
pub(super) fn page(
    school: &Footprint,
    trust: &TrustView,
    periods: &[Period],
    half_hours: Option<&HalfHours>,
    grid: Option<&GridSection>,
    rejected: Option<RejectedLately>,
    ingest: Option<&IngestUrl>,
) -> Markup {
    render(&SchoolPage::new(
        school, trust, periods, half_hours, grid, rejected, ingest,
    ))
}

fn render(page: &SchoolPage<'_>) -> Markup {
    let (school, trust) = (page.school, page.trust);
    let address = format!("/schools/{}", school.urn);
    let body = html! {
        div .title {
            h1 { (school.school) }
            p {
                (format::phase(school.phase)) ", URN " (school.urn) ". " (parts::period_sentence(school.period)) "."
                (schools_table::membership(school))
            }
            (sending::links(page.ingest, Some(school.urn)))
            (parts::periods(&address, page.periods, school.period))
        }
        div .lead {
            div {
                (headline::headline(&page.headline))
                p { (explain::link(school, "intensity")) }
            }
            (key_figures(page))
        }
        (headline::missing("What is missing", &school.sufficiency.details(), school.sufficiency.least_coverage))
        (parts::incomplete(&page.lacks))
        (gaps::findings(school))
        (rejected::note(page.rejected))
        section aria-labelledby="energy" {
            h2 #energy { "Energy by month" }
            (charts::months(&page.totals, school.period))
        }
        (half_hours::section(school, page.half_hours))
        (grid::section(school, page.grid))
        (lines::of_school(school))
        (parts::incomplete_voluntary(&page.lacks_voluntary))
        (year_on_year::section(page.change.0, page.change.1))
        (school_parts::coverage(school))
        (gaps::estimates(school))
        (waste::of_school(school, trust))
        (travel::of_school(school))
        (scoreboard::of_school(trust, school.urn))
        (parts::notes(&page.notes))
        p .soft {
            a href=(format!("/api/v1/schools/{}", school.urn)) { "These figures as JSON" }
        }
    };
    let of_trust = format!("/trusts/{}?period={}", trust.trust.id, school.period.key());
    let of_trust = (!trust.of_single_schools).then(|| (trust.trust.name.clone(), of_trust));
    layout::page(&school.school, of_trust.as_slice(), body)
}

fn key_figures(page: &SchoolPage<'_>) -> Markup {
    let (school, trust) = (page.school, page.trust);
    let gross = page
        .totals
        .known_gross()
        .map(|gross| format!("{} tCO\u{2082}e", parts::tonnes(gross)));
    let whole_trust = trust
        .tonnes_per_pupil()
        .map(|intensity| format!("{intensity:.3} tCO\u{2082}e per pupil"));
    let at_baseline = trust
        .tonnes_per_pupil_at_baseline()
        .map(|intensity| format!("{intensity:.3} at the factors of the baseline"));
    html! {
        dl .key {
            @if !trust.of_single_schools {
                div {
                    dt { "The whole trust" }
                    dd { @if trust.sufficiency.is_enough() { (parts::or_no_data(whole_trust)) } @else { (parts::not_enough_data()) }
                        @if let Some(at_baseline) = at_baseline { small { (at_baseline) } }
                    }
                }
            }
            div { dt { "Gross emissions" (explain::link(school, "gross")) } dd { (parts::or_no_data(gross)) } }
            div {
                dt { "Pupils" (explain::link(school, "pupils")) }
                dd {
                    (parts::or_no_data(school.pupils_in_ratio().map(format::pupils)))
                    @if let Some(roll) = &school.roll {
                        small {
                            "by days of membership, of " (format::grouped(roll.pupils.into())) " on the roll: " (roll.source) ", "
                            (format::short_day(roll.census_date))
                        }
                    }
                }
            }
            div { dt { "Half-hours covered" (explain::link(school, "coverage")) } dd { (parts::coverage(&school.coverage)) } }
            div {
                dt { "Waste recycled" (explain::link(school, "waste")) }
                dd {
                    (parts::or_no_data(school.waste.recycling_ratio().map(|ratio| format::percent(ratio, 0))))
                    (super::waste::unknown_share(&school.waste))
                }
            }
            div {
                dt { "STARS level" (explain::link(school, "stars")) }
                dd { (super::stars::tag(school.travel.stars.as_ref().map(|stars| stars.level))) }
            }
        }
    }
}
