//! The rows of the tables of schools and trusts, as OpenAPI describes them.

use std::borrow::Cow;

use events::{Phase, StarsLevel, Urn};
use footprint::{BaselineScope, Verdict};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, SchemaType};
use utoipa::openapi::{KnownFormat, Ref, RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

/// The columns: the row they are in, their names, what they hold (with `?` if it may not be known), and what it means.
const COLUMNS: &str = include_str!("columns.csv");

/// The figures of a school over one period; a column per figure, its unit in its name.
pub(crate) struct SchoolRow;

/// The figures of a trust over one period; a column per figure, its unit in its name.
pub(crate) struct TrustRow;

impl PartialSchema for SchoolRow {
    fn schema() -> RefOr<Schema> {
        row("school", "The figures of a school over one period.")
    }
}

impl ToSchema for SchoolRow {
    fn name() -> Cow<'static, str> {
        "SchoolRow".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend([named::<Urn>(), named::<Phase>(), named::<StarsLevel>()]);
        schemas.push(named::<Verdict>());
    }
}

impl PartialSchema for TrustRow {
    fn schema() -> RefOr<Schema> {
        row("trust", "The figures of a trust over one period.")
    }
}

impl ToSchema for TrustRow {
    fn name() -> Cow<'static, str> {
        "TrustRow".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(named::<BaselineScope>());
    }
}

fn named<T: ToSchema>() -> (String, RefOr<Schema>) {
    (T::name().into_owned(), T::schema())
}

/// Name, type and description of each column of a row.
pub(super) fn columns(of: &str) -> Vec<[String; 3]> {
    let mut reader = csv::Reader::from_reader(COLUMNS.as_bytes());
    let records = reader.records().flatten();
    let of_row = records.filter(|record| ["both", of].contains(&&record[0]));
    of_row
        .map(|record| [1, 2, 3].map(|field| record[field].to_owned()))
        .collect()
}

fn row(of: &str, description: &str) -> RefOr<Schema> {
    let mut row = ObjectBuilder::new().description(Some(description));
    for [name, kind, description] in columns(of) {
        row = row
            .required(name.clone())
            .property(name, column(&kind, &description));
    }
    Schema::from(row).into()
}

fn column(kind: &str, description: &str) -> Schema {
    let (kind, is_nullable) = match kind.strip_suffix('?') {
        Some(kind) => (kind, true),
        None => (kind, false),
    };
    let (kind, format) = match kind {
        "text" => (Type::String, None),
        "int" => (Type::Integer, Some(KnownFormat::Int64)),
        "float" => (Type::Number, Some(KnownFormat::Double)),
        "flag" => (Type::Boolean, None),
        "day" => (Type::String, Some(KnownFormat::Date)),
        "time" => (Type::String, Some(KnownFormat::DateTime)),
        set => {
            let mut one = OneOfBuilder::new().item(Ref::from_schema_name(set));
            if is_nullable {
                one = one.item(ObjectBuilder::new().schema_type(Type::Null));
            }
            return one.description(Some(description)).into();
        }
    };
    let kind = match is_nullable {
        true => SchemaType::from_iter([kind, Type::Null]),
        false => kind.into(),
    };
    ObjectBuilder::new()
        .schema_type(kind)
        .format(format.map(SchemaFormat::KnownFormat))
        .description(Some(description))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::table::{Kind, Table};

    fn check(of: &str, table: &Table) {
        let described: Vec<_> = columns(of)
            .into_iter()
            .map(|[name, kind, _]| {
                let kind = match kind.trim_end_matches('?') {
                    "int" => Kind::Int,
                    "float" => Kind::Float,
                    "flag" => Kind::Flag,
                    "day" => Kind::Day,
                    _ => Kind::Text,
                };
                (name, kind)
            })
            .collect();
        let there = table.columns.iter();
        let there: Vec<_> = there
            .map(|column| (column.name.to_owned(), column.kind))
            .collect();
        assert_eq!(described, there);
    }

    #[test]
    fn every_column_of_the_tables_is_described_and_no_other() {
        let view = fixtures::view();
        check("school", &crate::schools(&view));
        check("trust", &crate::tables::trusts(&view));
    }
}
