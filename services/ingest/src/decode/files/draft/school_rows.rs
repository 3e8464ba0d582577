//! Drafts descriptions of rows about schools: waste, surveys and initiatives.

use super::Header;

const SCHOOLS: [&str; 5] = ["urn", "site", "school", "customer", "location"];
const WASTES: [&str; 4] = ["ewc", "material", "waste", "stream"];
const WEIGHTS: [&str; 3] = ["tonnes", "kg", "weight"];
const BASES: [&str; 4] = ["basis", "type", "estimated", "method"];
const TREATMENTS: [&str; 4] = ["treatment", "route", "destination", "disposal"];
const BINS: [&str; 3] = ["bin", "container", "size"];
const REFERENCES: [&str; 4] = ["ticket", "wtn", "reference", "note"];

impl Header<'_> {
    /// The description of a file about schools; none if its columns are not those of one.
    pub(super) fn school_rows(&self) -> Option<String> {
        let survey = self.column(&["mode"]).zip(self.column(&["count"]));
        if let Some((mode, count)) = survey {
            return Some(self.survey(mode, count));
        }
        let initiative = self.column(&["title", "initiative"]);
        if let Some(title) = initiative.filter(|_| self.column(&["category"]).is_some()) {
            return Some(self.initiatives(title));
        }
        let lifts = self.column(&["lifts", "emptied"]);
        let weight = WEIGHTS
            .iter()
            .find_map(|word| self.numeric(&[word]).filter(|found| Some(*found) != lifts));
        let waste = self.column(&WASTES)?;
        (weight.is_some() || lifts.is_some()).then(|| self.waste(waste, weight, lifts))
    }

    /// A column that is named so and holds numbers.
    fn numeric(&self, words: &[&str]) -> Option<&str> {
        let name = self.column(words)?;
        let mut cells = self.cells(name).peekable();
        let is_number = |cell: &str| cell.replace(',', "").parse::<f64>().is_ok();
        (cells.peek().is_some() && cells.all(is_number)).then_some(name)
    }

    fn survey(&self, mode: &str, count: &str) -> String {
        let mut lines = self.beginning("travel-survey");
        self.add_named(
            &mut lines,
            ("audience", &["audience", "who"]),
            "pupil",
            &[("pupil", "pupil"), ("staff", "staff")],
        );
        let group = self.column(&["group", "class", "year"]).unwrap_or("Group");
        add(&mut lines, "group", group);
        add(&mut lines, "mode", mode);
        lines.push("# names = { \"Walking\" = \"walk\" }".to_owned());
        add(&mut lines, "count", count);
        self.add_named(
            &mut lines,
            ("question", &["preferred", "question"]),
            "current",
            &[
                ("true", "preferred"),
                ("yes", "preferred"),
                ("pref", "preferred"),
                ("false", "current"),
                ("no", "current"),
                ("cur", "current"),
            ],
        );
        add(&mut lines, "roll", self.column(&["roll"]).unwrap_or("Roll"));
        lines.join("\n") + "\n"
    }

    fn initiatives(&self, title: &str) -> String {
        let mut lines = self.beginning("travel-initiative");
        add(&mut lines, "name", title);
        let category = self.column(&["category"]).unwrap_or("Category");
        add(&mut lines, "category", category);
        self.add_named(
            &mut lines,
            ("counts_as", &["kind", "type"]),
            "travel",
            &[
                ("travel", "travel"),
                ("supporting", "supporting"),
                ("consultation", "consultation"),
            ],
        );
        self.add_named(
            &mut lines,
            ("status", &["status"]),
            "delivered",
            &[
                ("plan", "planned"),
                ("deliver", "delivered"),
                ("done", "delivered"),
            ],
        );
        for (table, words) in [("end", "end"), ("participants", "participants")] {
            if let Some(column) = self.column(&[words]) {
                add(&mut lines, table, column);
            }
        }
        lines.join("\n") + "\n"
    }

    fn waste(&self, waste: &str, weight: Option<&str>, lifts: Option<&str>) -> String {
        let mut lines = self.beginning("waste");
        add(&mut lines, "waste", waste);
        let texts = self.texts(waste);
        let are_codes = texts
            .iter()
            .all(|text| text.starts_with(|letter: char| letter.is_ascii_digit()));
        if !are_codes {
            lines.push("# The EWC code of each text.".to_owned());
            let names: Vec<_> = texts
                .iter()
                .map(|text| format!("{text:?} = \"\""))
                .collect();
            lines.push(format!("# names = {{ {} }}", names.join(", ")));
        }
        match weight {
            Some(weight) => {
                add(&mut lines, "weight", weight);
                let word = |part: &str| part == "t" || part.starts_with("tonne");
                let mut parts = weight.split(|letter: char| !letter.is_alphanumeric());
                let in_tonnes = parts.any(|part| word(&part.to_lowercase()));
                let unit = if in_tonnes { "t" } else { "kg" };
                lines.extend([
                    String::new(),
                    "[unit]".to_owned(),
                    format!("is = \"{unit}\""),
                ]);
                self.add_named(
                    &mut lines,
                    ("basis", &BASES),
                    "average",
                    &[
                        ("weigh", "weighed"),
                        ("act", "weighed"),
                        ("est", "estimated_by_lift"),
                        ("av", "average"),
                    ],
                );
            }
            None => lines.extend([
                String::new(),
                "# What a litre of each waste weighs in a bin, in kilograms, by EWC code."
                    .to_owned(),
                "[weight]".to_owned(),
                "kg_per_litre = { \"200301\" = 0.127 }".to_owned(),
            ]),
        }
        let bin = self.column(&BINS);
        if let Some(bin) = bin.filter(|bin| Some(*bin) != lifts) {
            add(&mut lines, "container", bin);
            lines.push("kind = \"WBI\"".to_owned());
        } else if weight.is_none() {
            add(&mut lines, "container", "Bin");
            lines.push("kind = \"WBI\"".to_owned());
        }
        if let Some(lifts) = lifts {
            add(&mut lines, "lifts", lifts);
        }
        let is_new = |found: &&str| *found != waste && Some(*found) != weight;
        if let Some(treatment) = self.column(&TREATMENTS).filter(is_new) {
            add(&mut lines, "treatment", treatment);
            lines.push(
                "# names = { \"Energy from waste\" = \"R1\", \"Landfill\" = \"D1\" }".to_owned(),
            );
        }
        if let Some(reference) = self.column(&REFERENCES).filter(is_new) {
            lines.push(String::new());
            lines.push(
                "# A number that names one collection; leave it out if it is that of a contract."
                    .to_owned(),
            );
            lines.push("[reference]".to_owned());
            lines.push(format!("column = {reference:?}"));
        }
        lines.join("\n") + "\n"
    }

    fn beginning(&self, kind: &str) -> Vec<String> {
        let mut lines = vec![
            super::A_DRAFT.to_owned(),
            format!("kind = {kind:?}"),
            "title = \"\"".to_owned(),
        ];
        let school = self.column(&SCHOOLS).unwrap_or("URN");
        add(&mut lines, "school", school);
        let (date, format) = self.date().unwrap_or(("Date", "%d/%m/%Y".to_owned()));
        add(&mut lines, "date", date);
        lines.push(format!("formats = [{format:?}]"));
        lines
    }

    /// What a column's texts mean, by how they begin; or the same for all rows.
    fn add_named(
        &self,
        lines: &mut Vec<String>,
        (table, words): (&str, &[&str]),
        otherwise: &str,
        meanings: &[(&str, &str)],
    ) {
        lines.extend([String::new(), format!("[{table}]")]);
        let column = self.column(words);
        let texts = column.map_or_else(Vec::new, |column| self.texts(column));
        let meaning = |text: &String| {
            let begins = |(word, _): &&(&str, &str)| text.to_lowercase().starts_with(word);
            let (_, means) = meanings.iter().find(begins)?;
            Some(format!("{text:?} = {means:?}"))
        };
        let names: Vec<_> = texts.iter().filter_map(meaning).collect();
        match column.filter(|_| !names.is_empty()) {
            Some(column) => lines.extend([
                format!("column = {column:?}"),
                format!("names = {{ {} }}", names.join(", ")),
            ]),
            None => lines.push(format!("is = {otherwise:?}")),
        }
    }
}

fn add(lines: &mut Vec<String>, table: &str, column: &str) {
    lines.extend([
        String::new(),
        format!("[{table}]"),
        format!("column = {column:?}"),
    ]);
}
