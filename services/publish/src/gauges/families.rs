//! The families of the catalogue as text, a school or trust after another: what is made of a country's schools for one scrape
//! would take gigabytes if it were kept until the last family is written.

use super::exposition::FamilyText;
use crate::catalogue::{self, Family, Figure, Gauge, Sample, School, Span, Whose};
use crate::rollup::TrustView;
use crate::table::Cell;

/// Of whom samples are, and of which period.
pub(super) struct Labels {
    /// `trust="…",urn="…",school="…"`, or `trust="…"`.
    pub own: String,
    /// The same and `,period="…"`.
    pub with_period: String,
    pub period: &'static str,
    /// Whether the period is the twelve months up to now.
    pub is_trailing: bool,
    pub is_member: bool,
    pub is_complete: bool,
}

/// Every family of schools, or of trusts.
pub(super) struct Families {
    families: Vec<Written>,
}

/// A family and, where it has one, its twin: queries that add up or compare without checking completeness use the twin, in
/// which incomplete figures are absent.
struct Written {
    gauge: Gauge,
    source: Source,
    all: FamilyText,
    complete: Option<FamilyText>,
}

/// Where the numbers of a family are from.
enum Source {
    Figure(&'static Figure),
    Family(&'static Family),
}

impl Families {
    pub(super) fn of(whose: Whose) -> Self {
        let of_figure = |figure: &'static Figure| {
            let gauge = figure.gauge_of(whose)?;
            let help = figure.column.help;
            Some(Written::new(whose, gauge, help, Source::Figure(figure)))
        };
        let of_family = |family: &'static Family| {
            let source = Source::Family(family);
            Written::new(whose, family.gauge, family.help, source)
        };
        let of_figures = catalogue::figures().filter_map(of_figure);
        let families = catalogue::families().filter(|family| family.read.is_of(whose));
        Families {
            families: of_figures.chain(families.map(of_family)).collect(),
        }
    }

    pub(super) fn add_school(&mut self, labels: &Labels, school: &School<'_>) {
        for family in &mut self.families {
            family.add(labels, |source| match source {
                Source::Figure(figure) => of_figure(figure, figure.read.of_school(school)),
                Source::Family(family) => family.read.of_school(school).unwrap_or_default(),
            });
        }
    }

    pub(super) fn add_trust(&mut self, labels: &Labels, trust: &TrustView) {
        for family in &mut self.families {
            family.add(labels, |source| match source {
                Source::Figure(figure) => of_figure(figure, figure.read.of_trust(trust)),
                Source::Family(family) => family.read.of_trust(trust).unwrap_or_default(),
            });
        }
    }

    pub(super) fn into_text(self) -> String {
        let families = self.families.into_iter();
        let families = families.flat_map(|family| [Some(family.all), family.complete]);
        families.flatten().map(FamilyText::into_text).collect()
    }
}

fn of_figure(figure: &Figure, cell: Option<Cell>) -> Vec<Sample> {
    let value = cell.and_then(|cell| figure.column.unit.in_base_units(&cell));
    let labels = Vec::new();
    let sample = value.map(|value| Sample { labels, value });
    sample.into_iter().collect()
}

impl Written {
    fn new(whose: Whose, gauge: Gauge, help: &str, source: Source) -> Self {
        let without_stop = help.trim_end_matches('.');
        let of_twin = format!("{without_stop}; only where the figures lack nothing, else absent.");
        let twin = gauge.metric_of_twin(whose);
        Written {
            gauge,
            source,
            all: FamilyText::new(gauge.metric(whose), help),
            complete: twin.map(|name| FamilyText::new(name, &of_twin)),
        }
    }

    fn add(&mut self, labels: &Labels, read: impl FnOnce(&Source) -> Vec<Sample>) {
        let (is_shown, own) = match self.gauge.span {
            Span::Periods => (true, &labels.with_period),
            Span::Now => (labels.is_trailing, &labels.own),
            Span::NowOfMembers => (labels.is_trailing && labels.is_member, &labels.own),
        };
        if !is_shown {
            return;
        }
        let names = match &self.source {
            Source::Figure(_) => &[],
            Source::Family(family) => family.labels,
        };
        let twin = self.complete.as_mut().filter(|_| labels.is_complete);
        let mut texts: Vec<&mut FamilyText> = [&mut self.all].into_iter().chain(twin).collect();
        for sample in read(&self.source) {
            for text in &mut texts {
                let values = sample.labels.iter().map(String::as_str);
                text.sample(own, names.iter().copied().zip(values), sample.value);
            }
        }
    }
}
