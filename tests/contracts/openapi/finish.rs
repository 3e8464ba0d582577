//! The last changes to the derived schemas, which the derive macro cannot make.

use std::collections::BTreeMap;

use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, OneOf, SchemaType};
use utoipa::openapi::{RefOr, Schema, Type};

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Makes flattened types one object, closes objects against unknown fields, and requires every field that may be null: serde
/// leaves out only fields that may not.
pub(super) fn finish(schemas: &mut Schemas) {
    let derived = schemas.clone();
    for (name, schema) in schemas.iter_mut() {
        // Other organisations' tables, which `secr --check` reads with the same schemas, may omit fields.
        let nulls_required = !name.starts_with("Secr");
        finish_one(schema, &derived, nulls_required);
    }
    // Merged where they are used.
    for flattened in ["EventProvenance", "Scoreboard", "i64"] {
        schemas.remove(flattened);
    }
}

fn finish_one(schema: &mut RefOr<Schema>, derived: &Schemas, nulls_required: bool) {
    if let RefOr::Ref(to) = schema
        && let Some(RefOr::T(number)) = derived.get("i64")
        && to.ref_location.ends_with("/i64")
    {
        // The derive macro treats an alias of a number as a type of its own.
        let description = std::mem::take(&mut to.description);
        let mut number = number.clone();
        if let Schema::Object(number) = &mut number {
            number.description = (!description.is_empty()).then_some(description);
        }
        *schema = RefOr::T(number);
    }
    let schema = match schema {
        RefOr::T(schema) => schema,
        RefOr::Ref(to) => {
            to.description = to.description.replace('\n', " ");
            return;
        }
    };
    if let Schema::AllOf(parts) = schema {
        let mut whole = Object::default();
        whole.schema_type = Type::Object.into();
        whole.description = parts.description.take();
        for part in &parts.items {
            take_in(&mut whole, part, derived);
        }
        *schema = Schema::Object(whole);
    }
    let inner = |schema: &mut RefOr<Schema>| finish_one(schema, derived, nulls_required);
    match schema {
        Schema::Object(object) => {
            object.properties.values_mut().for_each(inner);
            if let Some(AdditionalProperties::RefOr(schema)) =
                object.additional_properties.as_deref_mut()
            {
                inner(schema);
            }
            if let Some(Schema::Object(key)) = object.property_names.as_deref_mut()
                && key.schema_type == SchemaType::Type(Type::Integer)
            {
                // A key is text in JSON, even if it is a number.
                *key = Object::with_type(Type::String);
                key.pattern = Some("^[0-9]+$".to_owned());
            }
            close(object, nulls_required);
            in_one_line(&mut object.description);
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                inner(items);
            }
            in_one_line(&mut array.description);
        }
        Schema::OneOf(one) => {
            // The meaning of a field does not depend on whether it is null.
            if let [RefOr::Ref(to), null] = one.items.as_mut_slice()
                && is_nullable(null)
                && !to.description.is_empty()
            {
                one.description = Some(std::mem::take(&mut to.description));
            }
            one.items.iter_mut().for_each(inner);
            in_one_line(&mut one.description);
        }
        Schema::AnyOf(any) => any.items.iter_mut().for_each(inner),
        _ => {}
    }
}

/// Adds the fields of a part to the whole.
fn take_in(whole: &mut Object, part: &RefOr<Schema>, derived: &Schemas) {
    let part = match part {
        RefOr::Ref(to) => {
            let name = to.ref_location.rsplit('/').next().unwrap_or_default();
            &derived[name]
        }
        part => part,
    };
    match part {
        RefOr::T(Schema::Object(object)) => {
            whole.properties.extend(object.properties.clone());
            whole.required.extend(object.required.clone());
            let description = whole.description.take();
            whole.description = description.or_else(|| object.description.clone());
        }
        RefOr::T(Schema::AllOf(parts)) => {
            let parts = parts.items.iter();
            parts.for_each(|part| take_in(whole, part, derived));
        }
        _ => panic!("only the fields of an object can be taken in"),
    }
}

fn close(object: &mut Object, nulls_required: bool) {
    if object.properties.is_empty() {
        return;
    }
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    for (name, schema) in &mut object.properties {
        let is_null = is_nullable(schema);
        if nulls_required && is_null && !object.required.contains(name) {
            object.required.push(name.clone());
        }
        if let RefOr::T(
            Schema::Object(Object { description, .. }) | Schema::OneOf(OneOf { description, .. }),
        ) = schema
            && is_null
        {
            // `None` of Rust is null in JSON.
            *description = description
                .take()
                .map(|text| text.replace("; none ", "; null "));
        }
    }
}

fn is_nullable(schema: &RefOr<Schema>) -> bool {
    let has_null = |kind: &SchemaType| match kind {
        SchemaType::Type(kind) => *kind == Type::Null,
        SchemaType::Array(kinds) => kinds.contains(&Type::Null),
        SchemaType::AnyValue => false,
    };
    match schema {
        RefOr::T(Schema::Object(object)) => has_null(&object.schema_type),
        RefOr::T(Schema::Array(array)) => has_null(&array.schema_type),
        RefOr::T(Schema::OneOf(one)) => one.items.iter().any(is_nullable),
        _ => false,
    }
}

/// A doc comment is wrapped where its line ends; a description is not.
fn in_one_line(description: &mut Option<String>) {
    if let Some(text) = description {
        *text = text.replace('\n', " ");
    }
}
