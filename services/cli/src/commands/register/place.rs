//! Where something stands in a file, and why it cannot be used.

use std::fmt::Display;

use events::{Refusal, Rule};
use ingest::{TextTable, tables};

use crate::show;

/// A table of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub file: String,
    /// The sheet, or the file in an archive.
    pub table: Option<String>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub source: Source,
    /// The line, from 1.
    pub line: usize,
}

/// A file, table or row that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file and table.
    pub source: Source,
    /// What is wrong.
    pub refusal: Box<Refusal>,
}

impl Source {
    /// A problem of the whole table.
    pub fn problem(&self, seen: impl Display, hint: impl Into<String>) -> Problem {
        Problem {
            source: self.clone(),
            refusal: Box::new(Refusal::new("", Rule::FileRow, seen, hint)),
        }
    }

    /// `meters.xlsx, Electricity`
    pub fn name(&self) -> String {
        match &self.table {
            Some(table) => format!("{}, {table}", self.file),
            None => self.file.clone(),
        }
    }
}

impl Place {
    /// A problem of a cell.
    pub fn problem(
        &self,
        rule: Rule,
        column: &str,
        seen: impl Display,
        hint: impl Into<String>,
    ) -> Problem {
        let seen = format!("{column}: {seen}");
        Problem {
            source: self.source.clone(),
            refusal: Box::new(Refusal::new(
                format!("/row/{}", self.line),
                rule,
                seen,
                hint,
            )),
        }
    }
}

impl Problem {
    /// As a line of text.
    pub fn text(&self) -> String {
        format!("{}: {}", self.source.name(), show::reason(&self.refusal))
    }
}

/// The tables of a file.
pub fn open(file: &str, bytes: Vec<u8>, problems: &mut Vec<Problem>) -> Vec<(Source, TextTable)> {
    let source = |table: Option<String>| Source {
        file: file.to_owned(),
        table,
    };
    let failed = |refusal: Refusal| Problem {
        source: source(None),
        refusal: Box::new(refusal),
    };
    let found = match tables(bytes) {
        Ok(found) => found,
        Err(refusal) => {
            problems.push(failed(refusal));
            Vec::new()
        }
    };
    let mut opened = Vec::new();
    for table in found {
        match table {
            Ok(table) => opened.push((source(table.name.clone()), table)),
            Err(refusal) => problems.push(failed(refusal)),
        }
    }
    opened
}
