//! A school: its figure, its energy by month and by half-hour, its lines, and the data behind them.

use footprint::{Footprint, Period};
use maud::{Markup, html};

use super::headline;
use super::headline::Headline;
use super::{
    charts, gaps, half_hours, layout, lines, parts, rejected, school_parts, schools_table,
    scoreboard, travel, waste,
};
use crate::format;
use crate::half_hours::HalfHours;
use crate::page::{explain, year_on_year};
use crate::rejected::RejectedLately;
use crate::rollup::disclosures::{lacks_of_one, notes_of_one};
use crate::rollup::{Totals, TrustView};

/// The page of a school over one period. `lately` is none if the ledger cannot be read at the moment.
pub(super) fn page(
    school: &Footprint,
    trust: &TrustView,
    held: &[Period],
    lately: Option<&HalfHours>,
    rejected: Option<RejectedLately>,
) -> Markup {
    let address = format!("/schools/{}", school.urn);
    let totals = Totals::of([school]);
    let body = html! {
        div .title {
            h1 { (school.school) }
            p {
                (format::phase(school.phase)) ", URN " (school.urn) ". " (parts::period_sentence(school.period)) "."
                (schools_table::membership(school))
            }
            (parts::periods(&address, held, school.period))
        }
        (lead(school, trust))
        (headline::missing("What is missing", &school.sufficiency.details(), school.sufficiency.least_coverage))
        (parts::incomplete(&lacks_of_one(&school.lacks)))
        (gaps::findings(school))
        (rejected::note(rejected))
        section aria-labelledby="energy" {
            h2 #energy { "Energy by month" }
            (charts::months(&totals, school.period))
        }
        (half_hours::section(school, lately))
        (lines::of_school(school))
        (parts::incomplete_voluntary(&lacks_of_one(&school.lacks_voluntary)))
        (year_on_year::section(trust.change.as_ref(), trust.change.as_ref().and_then(|all| all.of_school(school.urn))))
        (school_parts::coverage(school))
        (gaps::estimates(school))
        (waste::of_school(school, trust))
        (travel::of_school(school))
        (scoreboard::of_school(trust, school.urn))
        (parts::notes(&notes_of_one(&school.notes)))
        p .soft {
            a href=(format!("/api/v1/schools/{}", school.urn)) { "These figures as JSON" }
        }
    };
    let of_trust = format!("/trusts/{}?period={}", trust.trust.id, school.period.key());
    let of_trust = (!trust.of_single_schools).then(|| (trust.trust.name.clone(), of_trust));
    layout::page(&school.school, of_trust.as_slice(), body)
}

fn lead(school: &Footprint, trust: &TrustView) -> Markup {
    let of = Headline {
        intensity: school.tonnes_per_pupil(),
        partial: school.partial_tonnes_per_pupil(),
        missing: school.sufficiency.clauses(),
        baseline: trust.baseline(),
        at_baseline: trust.baseline().intensity_of([school]),
        period: school.period,
        complete: school.is_complete(),
        coverage: &school.coverage,
        lines: &school.lines,
    };
    html! {
        div .lead {
            div {
                (headline::headline(&of))
                p { (explain::link(school, "intensity")) }
            }
            (key_figures(school, trust))
        }
    }
}

fn key_figures(school: &Footprint, trust: &TrustView) -> Markup {
    let gross = Totals::of([school])
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
