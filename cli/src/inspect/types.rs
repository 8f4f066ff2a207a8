//! The Rust types of shapes, and the nested structs that they need.

use std::collections::BTreeSet;

use super::names::Names;
use super::shape::{Column, MapShape, Shape};

/// The most entries of a map that becomes a struct.
const MOST_ENTRIES: usize = 100;

/// The types of a module.
#[derive(Debug, Default)]
pub(super) struct ModuleTypes {
    /// The names of all types.
    pub(super) names: Names,
    /// The imported types that the module uses.
    pub(super) uses: BTreeSet<&'static str>,
    pub(super) structs: Vec<StructPlan>,
}

/// A struct for a map.
#[derive(Debug)]
pub(super) struct StructPlan {
    pub(super) name: String,
    /// The attribute, the identifier and the type of each field.
    pub(super) fields: Vec<(String, String, String)>,
}

impl ModuleTypes {
    /// The type of values, without `Option`. `name` names the structs, and `place` the attribute in notes.
    pub(super) fn of(&mut self, column: &Column, name: &str, place: &str, notes: &mut Vec<String>) -> String {
        match &column.shape {
            Some(Shape::Text) => "String".to_owned(),
            Some(Shape::Integer) => "i64".to_owned(),
            Some(Shape::Flag) => "bool".to_owned(),
            Some(Shape::Decimal) => self.used("Number"),
            Some(Shape::Bytes) => self.used("Binary"),
            Some(Shape::TextSet) => self.set("String"),
            Some(Shape::NumberSet) => {
                let number = self.used("Number");
                self.set(&number)
            }
            Some(Shape::BytesSet) => {
                let bytes = self.used("Binary");
                self.set(&bytes)
            }
            Some(Shape::List(elements)) => {
                let ty = self.of(elements, &format!("{name} element"), &format!("{place}, elements"), notes);
                if elements.nulls > 0 && ty != "AttributeValue" {
                    format!("Vec<Option<{ty}>>")
                } else {
                    format!("Vec<{ty}>")
                }
            }
            Some(Shape::Map(map)) => self.map(map, name, place, notes),
            Some(Shape::Mixed(reason)) => {
                notes.push(format!("{place} has {reason}, so it is an `AttributeValue`"));
                self.used("AttributeValue")
            }
            // An empty list, or one of NULLs.
            None => self.used("AttributeValue"),
        }
    }

    fn used(&mut self, ty: &'static str) -> String {
        self.uses.insert(ty);
        ty.to_owned()
    }

    fn set(&mut self, element: &str) -> String {
        self.uses.insert("BTreeSet");
        format!("BTreeSet<{element}>")
    }

    fn map(&mut self, map: &MapShape, name: &str, place: &str, notes: &mut Vec<String>) -> String {
        self.uses.insert("BTreeMap");
        if let Some(values) = map.as_dictionary() {
            let ty = self.of(&values, &format!("{name} value"), &format!("{place}, values"), notes);
            return format!("BTreeMap<String, {ty}>");
        }
        let is_null = |column: &Column| column.nulls > 0;
        let reason = match &map.entries {
            entries if entries.is_empty() => Some("empty maps"),
            entries if entries.values().any(is_null) => Some("entries that are NULL, which a field reads as absent"),
            entries if entries.len() > MOST_ENTRIES => Some("very many entries"),
            _ => None,
        };
        if let Some(reason) = reason {
            notes.push(format!("{place} has {reason}, so it is a `BTreeMap` of `AttributeValue`"));
            self.uses.insert("AttributeValue");
            return "BTreeMap<String, AttributeValue>".to_owned();
        }
        let ty = self.names.ty(name, "Map");
        let mut idents = Names::default();
        let mut fields = Vec::new();
        for (attribute, column) in &map.entries {
            let place = format!("{place}.{attribute:?}");
            let field = self.of(column, &format!("{name} {attribute}"), &place, notes);
            let is_optional = column.present < map.maps && !field.starts_with("BTreeSet<");
            let field = if is_optional { format!("Option<{field}>") } else { field };
            fields.push((attribute.clone(), idents.field(attribute), field));
        }
        self.structs.push(StructPlan { name: ty.clone(), fields });
        ty
    }
}
