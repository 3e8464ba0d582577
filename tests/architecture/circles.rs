//! No circle of files: of two modules side by side one may use the other, and never both each other, not even by a third. What a
//! module uses are the paths in its files and in those below it; a module and the modules in it count as one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::servers::project;

/// A module's path below its crate, such as `log/writer`.
type Module = Vec<String>;

/// Modules of tests use what they test, wherever it stands.
const OF_TESTS: [&str; 4] = ["tests", "testing", "fuzzing", "fixtures"];

/// The modules of a crate, each with its code.
fn modules(source: &Path) -> BTreeMap<Module, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![(source.to_owned(), Module::new())];
    while let Some((folder, module)) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let own: Module = match &*stem {
                "lib" | "main" => module.clone(),
                name if OF_TESTS.contains(&name) => continue,
                name => module.iter().cloned().chain([name.to_owned()]).collect(),
            };
            if path.is_dir() {
                folders.push((path, own));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(own, code(&fs::read_to_string(path).expect("a source file")));
            }
        }
    }
    found
}

/// A source without comments and without its tests.
fn code(source: &str) -> String {
    let lines = source
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The paths in a module's code, from the root of its crate.
fn paths(module: &Module, code: &str) -> Vec<Module> {
    let mut found = Vec::new();
    for root in ["crate", "super", "self"] {
        for (at, _) in code.match_indices(&format!("{root}::")) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|before| before.is_alphanumeric() || "_:".contains(before)) {
                continue;
            }
            let begin = match root {
                "crate" => Module::new(),
                "self" => module.clone(),
                _ => parent(module),
            };
            path(&begin, &code[at + root.len() + 2..], &mut found);
        }
    }
    found
}

fn parent(module: &Module) -> Module {
    module[..module.len().saturating_sub(1)].to_vec()
}

/// Adds the paths that `rest` goes on with, below `begin`; returns what stands behind them.
fn path<'a>(begin: &Module, rest: &'a str, found: &mut Vec<Module>) -> &'a str {
    let mut rest = rest.trim_start();
    if let Some(mut inside) = rest.strip_prefix('{') {
        loop {
            inside = path(begin, inside, found).trim_start();
            match inside.strip_prefix(',') {
                Some(more) => inside = more,
                None => return inside.strip_prefix('}').unwrap_or(inside),
            }
        }
    }
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
    let mut here = match name {
        "super" => parent(begin),
        "self" | "" => begin.clone(),
        _ => begin.clone(),
    };
    if !["super", "self", ""].contains(&name) {
        here.push(name.to_owned());
    }
    rest = behind;
    match rest.strip_prefix("::") {
        Some(more) => path(&here, more, found),
        None => {
            found.push(here);
            rest
        }
    }
}

/// Which of the modules side by side in each module use which others of them.
fn dependencies(
    modules: &BTreeMap<Module, String>,
) -> BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> {
    let mut uses: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (module, code) in modules {
        for path in paths(module, code) {
            let is_module = |length: &usize| modules.contains_key(&path[..*length].to_vec());
            let length = (0..=path.len()).rev().find(is_module).unwrap_or(0);
            let used = &path[..length];
            let common = module.iter().zip(used).take_while(|(a, b)| a == b).count();
            if let (Some(one), Some(other)) = (module.get(common), used.get(common)) {
                let side_by_side = uses.entry(used[..common].to_vec()).or_default();
                side_by_side
                    .entry(one.clone())
                    .or_default()
                    .insert(other.clone());
            }
        }
    }
    uses
}

/// Whether a way leads from one module to another.
fn leads(uses: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        for used in uses.get(module).into_iter().flatten() {
            if used == to {
                return true;
            }
            if seen.insert(used.as_str()) {
                next.push(used);
            }
        }
    }
    false
}

/// Every use that is part of a circle.
fn circles(modules: &BTreeMap<Module, String>) -> Vec<String> {
    let mut found = Vec::new();
    for (parent, side_by_side) in dependencies(modules) {
        for (one, others) in &side_by_side {
            let back = others
                .iter()
                .filter(|other| leads(&side_by_side, other, one));
            found.extend(back.map(|other| format!("{}: {one} and {other}", parent.join("/"))));
        }
    }
    found
}

#[test]
fn no_two_modules_use_each_other() {
    for (name, _) in super::OURS {
        let folders = [
            format!("services/{name}/src"),
            format!("services/shared/{name}/src"),
        ];
        let source = folders.iter().map(|folder| project(folder));
        let source = source.into_iter().find(|folder| folder.is_dir());
        let found = circles(&modules(&source.expect("its source")));
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn a_circle_is_found_from_any_file() {
    let check = |files: &[(&str, &str)], wanted: usize| {
        let files = files.iter().map(|(path, code)| {
            let module = path.split('/').filter(|part| !part.is_empty());
            (module.map(str::to_owned).collect(), (*code).to_owned())
        });
        let found = circles(&files.collect());
        assert_eq!(found.len(), wanted, "{found:?}");
    };
    check(&[("a", "use crate::b::B;"), ("b", "")], 0);
    check(
        &[("a", "use crate::b::B;"), ("b", "fn f(a: super::a::A) {}")],
        2,
    );
    check(
        &[
            ("a", "use crate::{b::B, c};"),
            ("b", "use crate::c;"),
            ("c", "use super::a::{self, A};"),
        ],
        4,
    );
    // By modules below them.
    check(
        &[
            ("a", ""),
            ("a/x", "use crate::b::B;"),
            ("b", ""),
            ("b/y", "use crate::a::x::X;"),
        ],
        2,
    );
    // A module and those in it are one.
    check(&[("a", "use self::x::X;"), ("a/x", "use super::A;")], 0);
}
