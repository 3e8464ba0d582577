//! What serde cannot check of a description of rows about schools.

use super::{Named, SchoolRows, Waste};

impl SchoolRows {
    /// Fails, in words, if keys are missing or do not go together.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.date().formats.is_empty() {
            return Err("date.formats: at least one".to_owned());
        }
        if self.header().none {
            return Err("header.none: only of files with half-hours".to_owned());
        }
        match self {
            SchoolRows::Waste(rows) => rows.check(),
            SchoolRows::Survey(rows) => {
                rows.audience.check("audience")?;
                rows.question.check("question")
            }
            SchoolRows::Initiatives(rows) => {
                rows.counts_as.check("counts_as")?;
                rows.status.check("status")
            }
        }
    }
}

impl Waste {
    fn check(&self) -> Result<(), String> {
        let by_density = !self.weight.kg_per_litre.is_empty();
        if by_density == self.weight.column.is_some() {
            return Err("weight: either `column` or `kg_per_litre`".to_owned());
        }
        if by_density && (self.container.is_none() || self.lifts.is_none()) {
            return Err("weight.kg_per_litre: needs `container` and `lifts`".to_owned());
        }
        if by_density && (self.unit.is_some() || self.basis.is_some()) {
            return Err(
                "unit, basis: weights by `kg_per_litre` are kilograms, estimated by lift"
                    .to_owned(),
            );
        }
        let densities = self.weight.kg_per_litre.iter();
        for (code, density) in densities {
            if !(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())) {
                return Err(format!("weight.kg_per_litre: {code:?} is no EWC code"));
            }
            if !(*density > 0.0 && *density <= 3.0) {
                return Err(format!(
                    "weight.kg_per_litre: {code} weighs more than 0 and at most 3 kg per litre"
                ));
            }
        }
        match (&self.unit, &self.basis) {
            (Some(unit), Some(basis)) => {
                unit.check("unit")?;
                basis.check("basis")?;
            }
            _ if !by_density => {
                return Err("unit, basis: a column of weights needs both".to_owned());
            }
            _ => {}
        }
        if self
            .withdrawn
            .as_ref()
            .is_some_and(|withdrawn| withdrawn.texts.is_empty())
        {
            return Err(
                "withdrawn.texts: what stands in rows of collections that are taken back"
                    .to_owned(),
            );
        }
        let Some(container) = &self.container else {
            return Ok(());
        };
        match container.kind.is_some() == container.names.is_empty() {
            true => Ok(()),
            false => Err(
                "container: either `kind`, where the column holds a size in litres, or `names`"
                    .to_owned(),
            ),
        }
    }
}

impl<T> Named<T> {
    fn check(&self, table: &str) -> Result<(), String> {
        match (&self.is, &self.column, self.names.is_empty()) {
            (Some(_), None, true) | (None, Some(_), false) => Ok(()),
            _ => Err(format!("{table}: either `is`, or `column` and `names`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SchoolRows;
    use crate::decode::files::description::Kind;

    const WASTE: &str = "kind = \"waste\"\ntitle = \"\"\n[school]\ncolumn = \"URN\"\n[date]\ncolumn = \"Day\"\n\
        formats = [\"%d/%m/%Y\"]\n[waste]\ncolumn = \"EWC\"\n";
    const WEIGHT: &str = "[weight]\ncolumn = \"kg\"\n[unit]\nis = \"kg\"\n";

    #[test]
    fn a_description_that_cannot_work_says_what_is_wrong() {
        let check = |rest: &str, why: &str| {
            let text = format!("{WASTE}{rest}");
            let wrong = SchoolRows::read(Kind::Waste, &text).map(|_| ());
            let wrong = wrong.unwrap_err();
            assert!(wrong.contains(why), "{rest}: {wrong}");
        };
        check("[weight]\n", "weight: either `column` or `kg_per_litre`");
        check(
            "[weight]\ncolumn = \"kg\"\n",
            "unit, basis: a column of weights needs both",
        );
        check(WEIGHT, "unit, basis: a column of weights needs both");
        let basis = format!("{WEIGHT}[basis]\n");
        check(&basis, "basis: either `is`, or `column` and `names`");
        check(
            &format!("{basis}column = \"Basis\"\n"),
            "basis: either `is`",
        );
        check(&format!("{basis}is = \"guessed\"\n"), "guessed");
        check(
            &format!("{basis}is = \"weighed\"\n[container]\ncolumn = \"Bin\"\n"),
            "container: either `kind`",
        );
        let by_litre = "[weight]\nkg_per_litre = { \"200301\" = 0.1 }\n";
        check(by_litre, "needs `container` and `lifts`");
        let bins = "[container]\ncolumn = \"Bin\"\nkind = \"WBI\"\n[lifts]\ncolumn = \"Lifts\"\n";
        check(
            &format!("[weight]\nkg_per_litre = {{ \"2003\" = 0.1 }}\n{bins}"),
            "\"2003\" is no EWC code",
        );
        check(
            &format!("[weight]\nkg_per_litre = {{ \"200301\" = 100.0 }}\n{bins}"),
            "at most 3 kg per litre",
        );
        check(
            &format!("{by_litre}{bins}[unit]\nis = \"kg\"\n"),
            "weights by `kg_per_litre` are kilograms",
        );
        let names = "names = { \"Glass\" = \"1501\" }\n";
        check(&format!("{names}{basis}is = \"weighed\"\n"), "six digits");
        check("[meter]\ncolumn = \"MPAN\"\n", "unknown field `meter`");
    }
}
