//! Every figure of schools and trusts, declared once: its name, its unit, what it means, how it is read and what its gauge is
//! called. The tables `schools` and `trusts`, their schema in OpenAPI, the gauges and docs/figures.md are laid out from these lists.

mod carbon;
mod data;
mod energy;
pub(crate) mod key;
mod meters;
pub(crate) mod plan;
mod read;
mod travel;
mod waste;
mod who;

pub(crate) use read::{Read, School, Whose};

use crate::table::{Cell, Column, Unit};

/// A column of the tables `schools` and `trusts`, or of one of them.
#[derive(Debug)]
pub(crate) struct Figure {
    pub column: Column,
    /// How it is read, and by that of whom it is.
    pub read: Read<Cell>,
    /// A column beside it: the same number in a unit for reading.
    pub also: Option<Column>,
    /// Its gauge, in base units.
    pub gauge: Option<Gauge>,
    /// Whether it is known of every school or trust.
    pub is_always_known: bool,
}

impl Figure {
    /// The gauge that it has of schools or of trusts.
    pub(crate) fn gauge_of(&self, whose: Whose) -> Option<Gauge> {
        let gauge = self.gauge.filter(|_| self.read.is_of(whose));
        gauge.filter(|gauge| gauge.only.is_none_or(|only| only == whose))
    }

    const fn new(column: Column, read: Read<Cell>) -> Self {
        Figure {
            column,
            read,
            also: None,
            gauge: None,
            is_always_known: false,
        }
    }

    const fn also(self, name: &'static str, unit: Unit) -> Self {
        Figure {
            also: Some(Column::new(name, unit, self.column.help)),
            ..self
        }
    }

    const fn always(self) -> Self {
        Figure {
            is_always_known: true,
            ..self
        }
    }

    const fn gauge(self, gauge: Gauge) -> Self {
        Figure {
            gauge: Some(gauge),
            ..self
        }
    }
}

const fn figure(name: &'static str, unit: Unit, help: &'static str, read: Read<Cell>) -> Figure {
    Figure::new(Column::new(name, unit, help), read)
}

/// Gauges that are not the number of one column: a number for each value of their labels, or a number of today.
#[derive(Debug)]
pub(crate) struct Family {
    pub gauge: Gauge,
    pub help: &'static str,
    /// Besides those of the school or trust and the period.
    pub labels: &'static [&'static str],
    pub read: Read<Vec<Sample>>,
}

/// One number of a family, and the values of its labels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub labels: Vec<String>,
    pub value: f64,
}

fn sample<const LABELS: usize>(labels: [&str; LABELS], value: f64) -> Sample {
    Sample {
        labels: labels.map(str::to_owned).into(),
        value,
    }
}

/// The only sample of a family without labels; none if the number is not known.
fn single(value: Option<f64>) -> Vec<Sample> {
    value.map(|value| sample([], value)).into_iter().collect()
}

/// How a gauge is named, and what it is shown for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gauge {
    /// What follows `greenledger_school_` or `greenledger_trust_`.
    pub name: &'static str,
    /// Whose figure alone it shows, where it does not show all that there is.
    pub only: Option<Whose>,
    pub span: Span,
    /// Whether it has a twin that shows complete figures alone.
    pub has_twin: bool,
}

/// What a gauge has a series for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// Every period that has a label.
    Periods,
    /// The twelve months up to now, without a label for the period.
    Now,
    /// The same, of schools that still belong to the trust.
    NowOfMembers,
}

impl Gauge {
    const fn named(name: &'static str) -> Self {
        Gauge {
            name,
            only: None,
            span: Span::Periods,
            has_twin: false,
        }
    }

    /// Its name in `/metrics`.
    pub(crate) fn metric(&self, whose: Whose) -> String {
        format!("greenledger_{}_{}", whose.as_str(), self.name)
    }

    /// The name of its twin; none without one.
    pub(crate) fn metric_of_twin(&self, whose: Whose) -> Option<String> {
        let name = || format!("greenledger_{}_complete_{}", whose.as_str(), self.name);
        self.has_twin.then(name)
    }

    const fn only(self, whose: Whose) -> Self {
        Gauge {
            only: Some(whose),
            ..self
        }
    }

    const fn over(self, span: Span) -> Self {
        Gauge { span, ..self }
    }

    const fn twin(self) -> Self {
        Gauge {
            has_twin: true,
            ..self
        }
    }
}

/// Every figure, in the order of the columns.
pub(crate) fn figures() -> impl Iterator<Item = &'static Figure> {
    let lists = [
        who::FIGURES,
        carbon::INTENSITY,
        data::ENOUGH,
        carbon::EMISSIONS,
        energy::FIGURES,
        meters::HALF_HOURS,
        meters::GAPS,
        waste::FIGURES,
        travel::FIGURES,
        data::COMPLETE,
    ];
    lists.into_iter().flatten()
}

/// Every family of gauges besides those of figures.
pub(crate) fn families() -> impl Iterator<Item = &'static Family> {
    let lists = [
        who::FAMILIES,
        carbon::FAMILIES,
        data::FAMILIES,
        energy::FAMILIES,
        meters::FAMILIES,
        waste::FAMILIES,
        travel::FAMILIES,
    ];
    lists.into_iter().flatten()
}

fn joined(clauses: &[String]) -> Option<String> {
    (!clauses.is_empty()).then(|| clauses.join("; "))
}

#[cfg(test)]
mod tests;
