//! The rows of the tables of schools and trusts, as OpenAPI describes them.

use std::borrow::Cow;

use events::{Phase, StarsLevel, Urn};
use footprint::{BaselineScope, Verdict};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, SchemaType};
use utoipa::openapi::{KnownFormat, Ref, RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::catalogue::{self, Whose};
use crate::table::{Column, Kind, Unit};

/// The figures of a school over one period; a column per figure, its unit in its name.
pub(crate) struct SchoolRow;

/// The figures of a trust over one period; a column per figure, its unit in its name.
pub(crate) struct TrustRow;

impl PartialSchema for SchoolRow {
    fn schema() -> RefOr<Schema> {
        row(Whose::School, "The figures of a school over one period.")
    }
}

impl ToSchema for SchoolRow {
    fn name() -> Cow<'static, str> {
        "SchoolRow".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend([
            schema_of::<Urn>(),
            schema_of::<Phase>(),
            schema_of::<StarsLevel>(),
        ]);
        schemas.push(schema_of::<Verdict>());
    }
}

impl PartialSchema for TrustRow {
    fn schema() -> RefOr<Schema> {
        row(Whose::Trust, "The figures of a trust over one period.")
    }
}

impl ToSchema for TrustRow {
    fn name() -> Cow<'static, str> {
        "TrustRow".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(schema_of::<BaselineScope>());
    }
}

fn schema_of<T: ToSchema>() -> (String, RefOr<Schema>) {
    (T::name().into_owned(), T::schema())
}

fn row(whose: Whose, description: &str) -> RefOr<Schema> {
    let mut row = ObjectBuilder::new().description(Some(description));
    for figure in catalogue::figures().filter(|figure| figure.read.is_of(whose)) {
        for column in [Some(figure.column), figure.also].into_iter().flatten() {
            row = row
                .required(column.name)
                .property(column.name, schema(&column, !figure.is_always_known));
        }
    }
    Schema::from(row).into()
}

/// The type whose schema describes a column of a closed set, or of ids.
fn set_of(column: &str) -> Option<Cow<'static, str>> {
    match column {
        "urn" => Some(<Urn as ToSchema>::name()),
        "phase" => Some(<Phase as ToSchema>::name()),
        "simpler_recycling" => Some(<Verdict as ToSchema>::name()),
        "stars_level" | "stars_eligible" => Some(<StarsLevel as ToSchema>::name()),
        "baseline_scope" => Some(<BaselineScope as ToSchema>::name()),
        _ => None,
    }
}

fn schema(column: &Column, is_nullable: bool) -> Schema {
    if let Some(set) = set_of(column.name) {
        let mut either = OneOfBuilder::new().item(Ref::from_schema_name(set));
        if is_nullable {
            either = either.item(ObjectBuilder::new().schema_type(Type::Null));
        }
        return either.description(Some(column.help)).into();
    }
    let (kind, format) = match (column.unit, column.kind) {
        (Unit::Time, _) => (Type::String, Some(KnownFormat::DateTime)),
        (_, Kind::Day) => (Type::String, Some(KnownFormat::Date)),
        (_, Kind::Text) => (Type::String, None),
        (_, Kind::Int) => (Type::Integer, Some(KnownFormat::Int64)),
        (_, Kind::Float) => (Type::Number, Some(KnownFormat::Double)),
        (_, Kind::Flag) => (Type::Boolean, None),
    };
    let kind = match is_nullable {
        true => SchemaType::from_iter([kind, Type::Null]),
        false => kind.into(),
    };
    ObjectBuilder::new()
        .schema_type(kind)
        .format(format.map(SchemaFormat::KnownFormat))
        .description(Some(column.help))
        .into()
}
