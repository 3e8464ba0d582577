//! Long lists: a search box, at most a hundred rows, and links to the rows before and after.

use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::format;
use crate::query::ListQuery;

/// The most rows of a list on one page: a country's schools are too many to read, and for a browser to show.
pub(super) const MOST_ROWS: usize = 100;

/// The part of a list that a reader asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted<'a> {
    /// The words to search for; empty for all rows.
    pub search: &'a str,
    /// Which page of the list, from 1.
    pub page: usize,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(query: &'a ListQuery) -> Self {
        Wanted {
            search: query.q.as_deref().unwrap_or_default().trim(),
            page: query.page.map_or(1, |page| page as usize),
        }
    }
}

/// The list that rows are of, as its links and texts name it.
pub(super) struct List<'a> {
    /// The path of the page it is on.
    pub path: &'a str,
    /// The key of the period that the page shows, if it has one.
    pub period: Option<&'a str>,
    /// The id of the heading above it.
    pub id: &'static str,
    /// What a row is: `school`.
    pub row: &'static str,
}

/// The rows of a list that a page shows.
pub(super) struct Shown<'a, R> {
    pub rows: Vec<R>,
    wanted: Wanted<'a>,
    /// The rows that the search finds.
    found: usize,
    /// The rows before those shown.
    before: usize,
}

impl<'a, R> Shown<'a, R> {
    /// The wanted rows of these; `names` are what a search looks in.
    pub(super) fn of(
        mut rows: Vec<R>,
        wanted: Wanted<'a>,
        names: impl Fn(&R) -> [String; 2],
    ) -> Self {
        let words: Vec<String> = wanted
            .search
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        if !words.is_empty() {
            rows.retain(|row| {
                let names = names(row).map(|name| name.to_lowercase());
                let is_there = |word: &String| names.iter().any(|name| name.contains(word));
                words.iter().all(is_there)
            });
        }
        let found = rows.len();
        let last = found.div_ceil(MOST_ROWS).max(1);
        let before = (wanted.page.clamp(1, last) - 1) * MOST_ROWS;
        Shown {
            rows: rows.into_iter().skip(before).take(MOST_ROWS).collect(),
            wanted,
            found,
            before,
        }
    }

    /// The search box, and which rows are shown if not all are. A form that sends GET works without a script.
    pub(super) fn search(&self, list: &List<'_>) -> Markup {
        let searched = self.wanted.search;
        html! {
            form .search role="search" method="get" action=(format!("{}#{}", list.path, list.id)) {
                @if let Some(period) = list.period { input type="hidden" name="period" value=(period); }
                label for="q" { "Find a " (list.row) }
                input #q type="search" name="q" value=(searched) maxlength="100";
                button { "Search" }
            }
            @if self.found == 0 && !searched.is_empty() {
                p { "No " (list.row) " has all of these words in its name or number." }
            } @else if !searched.is_empty() || self.found > self.rows.len() {
                p .soft { (self.which(list)) }
            }
        }
    }

    /// `101 to 200 of 24,400 schools`
    fn which(&self, list: &List<'_>) -> String {
        let found = format::counted(self.found, list.row);
        match self.rows.len() {
            shown if shown == self.found => format!("{found} found."),
            shown => {
                let grouped = |number: usize| format::grouped(number as i64);
                let (first, last) = (grouped(self.before + 1), grouped(self.before + shown));
                format!("{first} to {last} of {found}.")
            }
        }
    }

    /// Links to the rows before and after; nothing if all rows are shown.
    pub(super) fn links(&self, list: &List<'_>) -> Markup {
        let page = self.before / MOST_ROWS + 1;
        let has_next = self.before + self.rows.len() < self.found;
        html! {
            @if self.found > self.rows.len() {
                nav .pages aria-label=(format!("More {}s", list.row)) {
                    @if page > 1 { a rel="prev" href=(self.address(list, page - 1)) { "Previous " (MOST_ROWS) } }
                    @if has_next { a rel="next" href=(self.address(list, page + 1)) { "Next " (MOST_ROWS) } }
                }
            }
        }
    }

    fn address(&self, list: &List<'_>, page: usize) -> String {
        let search = Some(self.wanted.search).filter(|search| !search.is_empty());
        let parameters = [
            list.period.map(|period| format!("period={period}")),
            search.map(|search| format!("q={}", utf8_percent_encode(search, NON_ALPHANUMERIC))),
            Some(format!("page={page}")),
        ];
        let parameters: Vec<String> = parameters.into_iter().flatten().collect();
        format!("{}?{}#{}", list.path, parameters.join("&"), list.id)
    }
}

/// The first rows of a list without a search of its own, and how many there are if that is more.
pub(super) fn first<R>(rows: &[R]) -> (&[R], Markup) {
    let shown = rows.len().min(MOST_ROWS);
    let all = format::grouped(rows.len() as i64);
    let more = html! {
        @if shown < rows.len() { p .soft { "The first " (shown) " of " (all) "." } }
    };
    (&rows[..shown], more)
}

#[cfg(test)]
mod tests;
