//! The key options of a table or an index.

use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token};

use super::ir::{Key, KeyType};
use crate::errors::Errors;
use crate::name::Name;
use crate::setting::{Entry, Once, Setting};

/// [DynamoDB's limit](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html).
const MOST_ATTRIBUTES: usize = 4;

/// The key options of a table or an index, as they are written.
#[derive(Default)]
pub(super) struct Keys {
    /// Whether a key may be a list of attributes, as in a global index.
    many: bool,
    pub(super) hash_key: Once<Vec<Name>>,
    pub(super) range_key: Once<Vec<Name>>,
    hash_key_type: Once<Vec<KeyType>>,
    range_key_type: Once<Vec<KeyType>>,
}

/// The options of a table or an index, which include those of its keys.
pub(super) trait HasKeys: Sized + 'static {
    const KEY_OPTIONS: &'static [Entry<Self>] = &[
        ("hash_key", |options, setting, errors| options.keys().hash_key(setting, errors)),
        ("range_key", |options, setting, errors| options.keys().range_key(setting, errors)),
        ("partition_key", |options, setting, errors| options.keys().hash_key(setting, errors)),
        ("sort_key", |options, setting, errors| options.keys().range_key(setting, errors)),
        ("hash_key_type", |options, setting, errors| options.keys().hash_key_type(setting, errors)),
        ("range_key_type", |options, setting, errors| options.keys().range_key_type(setting, errors)),
        ("partition_key_type", |options, setting, errors| options.keys().hash_key_type(setting, errors)),
        ("sort_key_type", |options, setting, errors| options.keys().range_key_type(setting, errors)),
    ];

    fn keys(&mut self) -> &mut Keys;
}

impl Keys {
    pub(super) fn of_index() -> Self {
        Keys { many: true, ..Keys::default() }
    }

    fn hash_key(&mut self, setting: &Setting, errors: &Errors) {
        self.hash_key.set(setting, attributes(setting, "pk", self.many, errors), errors);
    }

    fn range_key(&mut self, setting: &Setting, errors: &Errors) {
        self.range_key.set(setting, attributes(setting, "sk", self.many, errors), errors);
    }

    fn hash_key_type(&mut self, setting: &Setting, errors: &Errors) {
        self.hash_key_type.set(setting, key_types(setting, self.many, errors), errors);
    }

    fn range_key_type(&mut self, setting: &Setting, errors: &Errors) {
        self.range_key_type.set(setting, key_types(setting, self.many, errors), errors);
    }

    /// The attributes of the hash key and of the range key.
    pub(super) fn finish(self, errors: &Errors) -> (Vec<Key>, Vec<Key>) {
        (typed(self.hash_key, self.hash_key_type, errors), typed(self.range_key, self.range_key_type, errors))
    }
}

fn typed(names: Once<Vec<Name>>, types: Once<Vec<KeyType>>, errors: &Errors) -> Vec<Key> {
    // In the user's word for it: hash key or partition key.
    let key = types.key().map(|option| option.to_string().trim_end_matches("_type").to_owned()).unwrap_or_default();
    if let (false, Some(option)) = (names.is_set(), types.key()) {
        errors
            .at(option, format_args!("`{option}` is the type of a key; write `{key} = \"..\"` with it, or remove it"));
    }
    let names = names.into_inner().unwrap_or_default();
    if let (Some(option), Some(types)) = (types.key(), types.get())
        && !names.is_empty()
        && types.len() != names.len()
    {
        wrong_count(option, &key, names.len(), errors);
    }
    let types = types.into_inner().unwrap_or_default();
    let types = types.into_iter().chain(std::iter::repeat(KeyType::S));
    names.into_iter().zip(types).map(|(name, key_type)| Key { name, key_type }).collect()
}

fn wrong_count(option: &Ident, key: &str, names: usize, errors: &Errors) {
    let types = vec!["\"S\""; names].join(", ");
    errors.at(option, format_args!("each attribute of `{key}` has a type; write `{option}({types})`, or remove it"));
}

fn attributes(setting: &Setting, example: &str, many: bool, errors: &Errors) -> Option<Vec<Name>> {
    let literals = strings(setting, example, many, errors)?;
    if literals.is_empty() {
        errors.at(&setting.key, format_args!("`{0}` names at least one attribute; write `{0} = \"..\"`", setting.key));
    }
    if let Some(further) = literals.get(MOST_ATTRIBUTES) {
        errors.at(further, format_args!("a key has at most {MOST_ATTRIBUTES} attributes; write fewer"));
    }
    Some(literals.iter().map(|literal| Name::written(literal, errors)).collect())
}

fn key_types(setting: &Setting, many: bool, errors: &Errors) -> Option<Vec<KeyType>> {
    let literals = strings(setting, "N", many, errors)?;
    literals.iter().map(|literal| key_type(literal, errors)).collect()
}

fn key_type(literal: &LitStr, errors: &Errors) -> Option<KeyType> {
    match literal.value().as_str() {
        "S" => return Some(KeyType::S),
        "N" => return Some(KeyType::N),
        "B" => return Some(KeyType::B),
        _ => errors.at(literal, "a key is a string, a number or binary; write \"S\", \"N\" or \"B\""),
    }
    None
}

/// The string of `key = ".."`, or the strings of `key(..)` where there may be several.
fn strings(setting: &Setting, example: &str, many: bool, errors: &Errors) -> Option<Vec<LitStr>> {
    if !many || !setting.is_list() {
        return Some(vec![setting.string(example, errors)?]);
    }
    let parser = Punctuated::<LitStr, Token![,]>::parse_terminated;
    let list = setting.list(parser, false, &format!("{}(\"{example}\")", setting.key), errors)?;
    Some(list.into_iter().collect())
}
