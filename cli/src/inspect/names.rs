//! Names in Rust for names in a table, which can be any text.

use std::collections::BTreeSet;

/// Names that a generated module uses, or that its derives generate.
const TAKEN_TYPES: [&str; 20] = [
    "Attribute",
    "AttributeValue",
    "BTreeMap",
    "BTreeSet",
    "Binary",
    "Box",
    "Err",
    "Item",
    "Model",
    "None",
    "Number",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Some",
    "String",
    "TTLAttribute",
    "Table",
    "Vec",
];

/// Keywords that can be raw identifiers.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that cannot be raw identifiers.
const STRICT: [&str; 3] = ["self", "super", "crate"];

/// The lower-case words of a name: `userId`, `USER_ID` and `user-id` are `user`, `id`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            before = ' ';
            continue;
        }
        let begins =
            before == ' ' || c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words
}

/// The names that a struct or a module has taken.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// The name of a field, which is not that of another field. A keyword is a raw identifier.
    pub(super) fn field(&mut self, name: &str) -> String {
        let mut field = words(name).join("_");
        if field.is_empty() {
            "field".clone_into(&mut field);
        }
        if field.starts_with(|c: char| c.is_ascii_digit()) {
            field.insert(0, '_');
        }
        if STRICT.contains(&&*field) {
            field.push('_');
        }
        let field = self.unique(field);
        if KEYWORDS.contains(&&*field) { format!("r#{field}") } else { field }
    }

    /// The name of a type, which is not that of another type.
    pub(super) fn ty(&mut self, name: &str, suffix: &str) -> String {
        let mut ty: String = words(name).iter().map(|word| capitalised(word)).collect();
        if ty.is_empty() || ty.starts_with(|c: char| c.is_ascii_digit()) {
            ty.insert_str(0, suffix);
        }
        if TAKEN_TYPES.contains(&&*ty) || self.0.contains(&ty) {
            ty.push_str(suffix);
        }
        self.unique(ty)
    }

    fn unique(&mut self, name: String) -> String {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !self.0.contains(name));
        let free = free.unwrap_or(name);
        self.0.insert(free.clone());
        free
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// The name of a module or a file for a table.
pub(super) fn module(table: &str) -> String {
    let name = table.rsplit('/').next().unwrap_or(table);
    Names::default().field(name).trim_start_matches("r#").to_owned()
}

/// The constant of an index, as the derive of `Table` names it. It tells whether two indexes have the same.
pub(super) fn constant(index: &str) -> String {
    words(index).join("_").to_uppercase()
}

/// A name without the mark of a raw identifier, as singlet derives the attribute name from it.
pub(super) fn unraw(field: &str) -> &str {
    field.strip_prefix("r#").unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_becomes_an_identifier() {
        let mut names = Names::default();
        for (name, field) in [
            ("userId", "user_id"),
            ("user-id", "user_id_2"),
            ("type", "r#type"),
            ("self", "self_"),
            ("", "field"),
            ("1st", "_1st"),
            ("__edb_e__", "edb_e"),
            ("GSI1PK", "gsi1_pk"),
            ("名前", "field_2"),
            ("a\"b\n", "a_b"),
        ] {
            assert_eq!(names.field(name), field, "{name:?}");
        }
        let mut names = Names::default();
        for (name, ty) in [("order", "Order"), ("ORDER", "OrderEntity"), ("Option", "OptionEntity"), ("1", "Entity1")] {
            assert_eq!(names.ty(name, "Entity"), ty, "{name:?}");
        }
        assert_eq!(module("arn:aws:dynamodb:eu-west-1:1:table/my-shop"), "my_shop");
    }
}
