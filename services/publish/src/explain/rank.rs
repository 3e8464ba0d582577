//! Which value of a half-hour counts, and by which rule, in words.

use events::Quality;
use footprint::view::precedence::{Claim, Criterion};

/// The rule that decides between two values of a half-hour, in words that fit both.
pub(super) fn decided_by(stands: &Claim<'_>, yields: &Claim<'_>) -> String {
    let (_, criterion) = stands.compare(yields);
    let one_source = stands.identity.source == yields.identity.source;
    match criterion {
        Criterion::IssueStated => {
            "of one source, a value whose time of issue is stated counts before one without"
                .to_owned()
        }
        Criterion::Quality => match (stands.quality, yields.quality) {
            (Some(better), Some(worse)) => format!("{} stands before {}", an(better), an(worse)),
            _ => "the value of better quality counts".to_owned(),
        },
        Criterion::Issue if one_source => {
            "of one source, the value issued last counts, whatever its quality".to_owned()
        }
        Criterion::Issue => "of values of one quality the one issued last counts".to_owned(),
        Criterion::Receipt => {
            "of values issued at one time the one received last counts".to_owned()
        }
        Criterion::Name => {
            "of values received at one time that of the highest source and id counts".to_owned()
        }
    }
}

/// `actual`, `spread` or `estimated`.
pub(super) fn name(quality: Quality) -> &'static str {
    match quality {
        Quality::Actual => "actual",
        Quality::Spread => "spread",
        Quality::Estimated => "estimated",
    }
}

fn an(quality: Quality) -> String {
    let article = if quality == Quality::Spread {
        "a"
    } else {
        "an"
    };
    format!("{article} {} value", name(quality))
}
