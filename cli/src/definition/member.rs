//! Reads the members of a definition. Errors name the member, and never show its value.

use serde_json::{Map, Value};
use singlet::key::KeyType;
use singlet::tables::{IndexDefinition, ProjectionDescription, TableDefinition};

use crate::Failure;

pub(super) type Members = Map<String, Value>;

/// The key schema of a table or an index: names of hash keys, names of range keys.
pub(super) type Keys = (Vec<String>, Vec<String>);

pub(super) fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Members, Failure> {
    value.as_object().ok_or_else(|| invalid(what, "an object"))
}

/// The elements of a list; none if the member is absent.
pub(super) fn list<'a>(members: &'a Members, name: &str) -> Result<&'a [Value], Failure> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(values)) => Ok(values),
        Some(_) => Err(invalid(name, "a list")),
    }
}

/// A text that the definition must state.
pub(super) fn text(members: &Members, name: &str) -> Result<String, Failure> {
    optional_text(members, name)?.ok_or_else(|| Failure::new(format!("`{name}` is missing")))
}

/// A text, if it is stated. A reference to another value is an error, because only its tool can resolve it.
pub(super) fn optional_text(members: &Members, name: &str) -> Result<Option<String>, Failure> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(name, "a literal text, not a reference or a function")),
    }
}

pub(super) fn flag(members: &Members, name: &str) -> Result<Option<bool>, Failure> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        // CloudFormation accepts both.
        Some(Value::String(text)) if text == "true" || text == "false" => Ok(Some(text == "true")),
        Some(_) => Err(invalid(name, "true or false")),
    }
}

/// Read and write units.
pub(super) fn units(members: &Members, read: &str, write: &str) -> Result<(u64, u64), Failure> {
    let number = |name: &str| {
        let value = members.get(name);
        let number = value.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
        number.ok_or_else(|| invalid(name, "a number of capacity units"))
    };
    Ok((number(read)?, number(write)?))
}

pub(super) fn projection(kind: Option<&str>, names: &[Value]) -> Result<ProjectionDescription, Failure> {
    match kind {
        Some("ALL") => Ok(ProjectionDescription::All),
        Some("KEYS_ONLY") => Ok(ProjectionDescription::KeysOnly),
        Some("INCLUDE") => {
            let names = names.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<_>>();
            names.map(ProjectionDescription::Include).ok_or_else(|| invalid("NonKeyAttributes", "a list of names"))
        }
        _ => Err(Failure::new("the projection of an index is not ALL, KEYS_ONLY or INCLUDE")),
    }
}

/// The key attributes with their types.
pub(super) struct Types(pub(super) Vec<(String, KeyType)>);

impl Types {
    pub(super) fn of(&self, attribute: &str) -> Result<KeyType, Failure> {
        let found = self.0.iter().find(|(name, _)| name == attribute).map(|(_, key_type)| *key_type);
        found.ok_or_else(|| Failure::new(format!("the type of the key attribute `{attribute}` is not defined")))
    }

    pub(super) fn table(&self, (hash, range): &Keys) -> Result<TableDefinition, Failure> {
        let ([hash], [] | [_]) = (&**hash, &**range) else {
            return Err(Failure::new("a table has one hash key and at most one range key"));
        };
        let mut table = TableDefinition::new(hash, self.of(hash)?);
        for name in range {
            table = table.range_key(name, self.of(name)?);
        }
        Ok(table)
    }

    /// Adds the keys of an index. A local index has the hash key of its table.
    pub(super) fn index(&self, name: &str, is_local: bool, (hash, range): &Keys) -> Result<IndexDefinition, Failure> {
        let mut index = if is_local { IndexDefinition::local(name) } else { IndexDefinition::global(name) };
        for attribute in hash.iter().filter(|_| !is_local) {
            index = index.hash_key(attribute, self.of(attribute)?);
        }
        for attribute in range {
            index = index.range_key(attribute, self.of(attribute)?);
        }
        Ok(index)
    }
}

/// The key type with this letter.
pub(super) fn key_type(letter: &str) -> Result<KeyType, Failure> {
    KeyType::parse(letter).ok_or_else(|| Failure::new("the type of a key attribute is not S, N or B"))
}

pub(super) fn invalid(name: &str, expected: &str) -> Failure {
    Failure::new(format!("`{name}` is not {expected}"))
}
