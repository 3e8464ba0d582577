//! `greenledger explain`: from a figure down to its lines, its meters, their days and the events behind them.

mod against;
mod events;
mod figure;
mod meters;

use std::process::ExitCode;

use anyhow::bail;
use footprint::{Footprint, Method, Period, Subject, footprints};
use publish::explain::{Disclosure, Explanation, Question, explain as explanation_of};
use serde_json::json;

use super::{configs, opened_lake};
use crate::args::{Explain, Format, Over};
use crate::show;

pub async fn run(explain: &Explain, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::aggregate(&explain.config)?;
    let (lake, shards) = opened_lake::open(&config).await?;
    let history = opened_lake::history(&lake, shards, explain.urn).await?;
    let as_of = config.as_of_or_today();
    let method = config.method()?;
    let priced = |method: &Method| {
        let subject = Subject {
            urn: explain.urn,
            history: &history,
            position: &Default::default(),
        };
        footprints(&[subject], method, as_of)
    };
    let all = priced(&method)?;
    let wanted: Vec<&Footprint> = all
        .iter()
        .filter(|footprint| is_wanted(footprint.period, explain.year))
        .collect();
    if wanted.is_empty() {
        let periods: Vec<_> = all.iter().map(|footprint| footprint.period.key()).collect();
        bail!("no figures for that year; there are {}", periods.join(", "));
    }
    match &explain.against {
        Some(other) => {
            let other = configs::aggregate(other)?.method()?;
            // Only the factors come from the other configuration: the census and the data that a claim needs stay the same.
            let other = Method {
                census: method.census,
                least_coverage: method.least_coverage,
                ..other
            };
            against::show(&wanted, &priced(&other)?, explain, format)?;
        }
        None => {
            // Baselines belong to publish: a configuration of aggregate alone has none.
            let baselines = configs::publish(&explain.config).ok();
            for footprint in wanted {
                let question = question_of(explain);
                let answer = explanation_of(&lake, footprint, &question, Disclosure::ALL).await?;
                let answer = match &baselines {
                    Some(config) => answer.beside(footprint, &config.baseline(&footprint.trust.id)),
                    None => answer,
                };
                show_why(&answer, format);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn is_wanted(period: Period, over: Over) -> bool {
    match (period, over) {
        (Period::AcademicYear { year, .. }, Over::Year(wanted)) => year == wanted,
        (Period::Trailing { .. }, Over::Trailing) => true,
        _ => false,
    }
}

fn question_of(explain: &Explain) -> Question {
    Question {
        figure: explain.figure.clone(),
        meter: explain.meter.clone(),
        month: explain.month,
        day: explain.day,
    }
}

fn show_why(explanation: &Explanation, format: Format) {
    match format {
        Format::Json => show::json_line(&json!(explanation)),
        Format::Text => show::text(&describe(explanation)),
    }
}

/// An answer as text: its parts in order, separated by empty lines.
fn describe(explanation: &Explanation) -> String {
    let parts = [
        figure::head(explanation),
        figure::parts(explanation),
        figure::lines(explanation),
        meters::meters(explanation),
        events::table(&explanation.events),
        figure::foot(explanation),
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

/// A decimal without trailing zeros.
fn short(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
