//! Parses the keys and indexes in options. It knows nothing about tables.

use singlet::key::KeyType;
use singlet::tables::{IndexDefinition, ProjectionDescription};

/// A key attribute in an option: `NAME`, or `NAME:TYPE` with the type S, N or B.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyOption {
    pub(super) attribute: String,
    pub(super) key_type: KeyType,
}

pub(super) fn key(text: &str) -> Result<KeyOption, String> {
    // The last colon, because the name of an attribute may contain colons.
    let (attribute, key_type) = match text.rsplit_once(':') {
        Some((attribute, name)) => (attribute, KeyType::parse(name).ok_or("the type of a key must be S, N or B")?),
        None => (text, KeyType::S),
    };
    if attribute.is_empty() {
        return Err("expected NAME or NAME:TYPE".to_owned());
    }
    Ok(KeyOption { attribute: attribute.to_owned(), key_type })
}

/// Parses `NAME,hash=KEY,range=KEY,projection=keys_only,include=NAME,local`, where KEY may be `KEY+KEY`.
pub(super) fn index(text: &str) -> Result<IndexDefinition, String> {
    let mut parts = text.split(',');
    let name = parts.next().unwrap_or_default();
    if name.is_empty() || name.contains('=') {
        return Err("an index starts with its name: NAME,hash=KEY".to_owned());
    }
    let parts: Vec<&str> = parts.collect();
    let is_local = parts.contains(&"local");
    let mut index = if is_local { IndexDefinition::local(name) } else { IndexDefinition::global(name) };
    let mut has_hash = false;
    let mut included = Vec::new();
    for part in parts {
        index = match part.split_once('=') {
            None if part == "local" => index,
            Some(("hash", _)) if is_local => {
                return Err("a local index uses the hash key of its table; omit hash=".to_owned());
            }
            Some(("hash", keys)) => {
                has_hash = true;
                several(keys)?.into_iter().fold(index, |index, key| index.hash_key(key.attribute, key.key_type))
            }
            Some(("range", keys)) => {
                several(keys)?.into_iter().fold(index, |index, key| index.range_key(key.attribute, key.key_type))
            }
            Some(("projection", "all")) => index.projection(ProjectionDescription::All),
            Some(("projection", "keys_only")) => index.projection(ProjectionDescription::KeysOnly),
            Some(("include", names)) => {
                included.extend(names.split('+').map(str::to_owned));
                index.projection(ProjectionDescription::Include(included.clone()))
            }
            _ => {
                return Err(format!("`{part}` is not one of hash=, range=, projection=all|keys_only, include=, local"));
            }
        };
    }
    if !has_hash && !is_local {
        return Err("a global index requires a hash key: NAME,hash=KEY".to_owned());
    }
    Ok(index)
}

fn several(keys: &str) -> Result<Vec<KeyOption>, String> {
    keys.split('+').map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_strings_unless_they_say_otherwise() {
        assert_eq!(key("pk"), Ok(KeyOption { attribute: "pk".to_owned(), key_type: KeyType::S }));
        assert_eq!(key("a:b:N"), Ok(KeyOption { attribute: "a:b".to_owned(), key_type: KeyType::N }));
        for bad in ["", ":S", "pk:", "pk:SS", "pk:s"] {
            assert!(key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_index_is_spelled_in_parts() {
        let all = IndexDefinition::global("g").hash_key("a", KeyType::S).hash_key("b", KeyType::N);
        assert_eq!(index("g,hash=a+b:N"), Ok(all.clone()));
        let included = ProjectionDescription::Include(vec!["x".to_owned(), "y".to_owned()]);
        let ranged = all.range_key("c", KeyType::B).projection(included);
        assert_eq!(index("g,hash=a+b:N,range=c:B,include=x+y"), Ok(ranged));
        let local = IndexDefinition::local("l").range_key("r", KeyType::S).projection(ProjectionDescription::KeysOnly);
        assert_eq!(index("l,local,range=r,projection=keys_only"), Ok(local));
        for bad in
            ["", "g", "hash=a", "g,hash=", "g,hash=a,", "g,hash=a,projection=some", "g,hash=a,local", "g,hash=a,x=y"]
        {
            assert!(index(bad).is_err(), "{bad}");
        }
    }
}
