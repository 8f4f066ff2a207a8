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
        let numbered = (2..).map(|number| format!("{field}_{number}"));
        // The setter of `build` in a builder is `with_build`.
        let written = |field: &str| match field {
            "build" => vec!["build".to_owned(), "with_build".to_owned()],
            field => vec![field.to_owned()],
        };
        let field = self.first_free(std::iter::once(field.clone()).chain(numbered), written);
        if KEYWORDS.contains(&&*field) { format!("r#{field}") } else { field }
    }

    /// The name of the struct of a model or a map. Neither it nor a name that its derive writes is that of another type.
    pub(super) fn ty(&mut self, name: &str, suffix: &str) -> String {
        self.struct_name(name, suffix, written)
    }

    /// The name of the struct of a table, whose derive writes a type for each index.
    pub(super) fn table(&mut self, name: &str, indexes: &[&str]) -> String {
        self.struct_name(name, "Table", |table| {
            let of_indexes = indexes.iter().map(|index| index_type(table, index));
            std::iter::once(table.to_owned()).chain(of_indexes).collect()
        })
    }

    fn struct_name(&mut self, name: &str, suffix: &str, written: impl Fn(&str) -> Vec<String>) -> String {
        let mut ty = pascal(name);
        if ty.is_empty() || ty.starts_with(|c: char| c.is_ascii_digit()) {
            ty.insert_str(0, suffix);
        }
        let other = format!("{ty}{suffix}");
        let numbered = (2..).map(|number| format!("{ty}{suffix}{number}"));
        self.first_free([ty.clone(), other.clone()].into_iter().chain(numbered), written)
    }

    /// Takes the first name that is free with all that is written for it.
    fn first_free(&mut self, names: impl Iterator<Item = String>, written: impl Fn(&str) -> Vec<String>) -> String {
        let is_taken = |name: &String| TAKEN_TYPES.contains(&&**name) || self.0.contains(name);
        let mut names =
            names.map(|name| (written(&name), name)).skip_while(|(written, _)| written.iter().any(is_taken));
        let Some((written, name)) = names.next() else { unreachable!("the names are numbered without an end") };
        self.0.extend(written);
        name
    }
}

/// The names that the derives of `Model` and `Attribute` write for a struct, and its own.
fn written(ty: &str) -> Vec<String> {
    vec![ty.to_owned(), format!("{ty}Builder"), format!("FieldsOf{ty}"), format!("IndexOf{ty}")]
}

/// The type of an index, as the derive of `Table` names it.
fn index_type(table: &str, index: &str) -> String {
    let name = pascal(index);
    format!("{table}{}", if name.is_empty() { "Index" } else { &name })
}

fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
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
    match &*words(index).join("_").to_uppercase() {
        "" => "INDEX".to_owned(),
        "SCHEMA" => "SCHEMA_INDEX".to_owned(),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        name => name.to_owned(),
    }
}

/// A name without the mark of a raw identifier, as singlet derives the attribute name from it.
pub(super) fn unraw(field: &str) -> &str {
    field.strip_prefix("r#").unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use singlet::Table;

    use super::*;

    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", range_key = "sk")]
    #[table(index(name = "gsi1", hash_key = "a"), index(name = "byUser-ID", hash_key = "b"))]
    #[table(index(name = "1st", hash_key = "c"), index(name = "schema", hash_key = "d"))]
    #[table(index(name = "---", hash_key = "e"), index(name = "GSI2PK.x", hash_key = "f"))]
    struct Shop;

    #[test]
    fn the_names_of_indexes_are_those_of_the_derive() {
        let constants: Vec<_> = Shop::SCHEMA.indexes.iter().map(|index| constant(index.name)).collect();
        assert!(Shop::SCHEMA.indexes.iter().map(|index| index.constant).eq(constants.iter().map(String::as_str)));
        let types: Vec<_> = Shop::SCHEMA.indexes.iter().map(|index| index_type("Shop", index.name)).collect();
        let derived = (Shop::GSI1, Shop::BY_USER_ID, Shop::_1ST, Shop::SCHEMA_INDEX, Shop::INDEX, Shop::GSI2_PK_X);
        assert_eq!(format!("({})", types.join(", ")), format!("{derived:?}"));
    }

    #[test]
    fn names_that_derives_write_are_taken() {
        let mut names = Names::default();
        assert_eq!(names.table("shop", &["order", "---"]), "Shop");
        for (name, ty) in [
            ("SHOP#ORDER", "ShopOrderEntity"),
            ("shop index", "ShopIndexEntity"),
            ("order", "Order"),
            ("order builder", "OrderBuilderEntity"),
            ("fields of order", "FieldsOfOrderEntity"),
            ("index of order", "IndexOfOrderEntity"),
            // The derives would write its own names twice.
            ("a builder", "ABuilder"),
            ("a", "AEntity"),
            ("index of b", "IndexOfB"),
            ("b", "BEntity"),
            // A number without an underscore, because rustc warns of an underscore in a type name.
            ("B", "BEntity2"),
        ] {
            assert_eq!(names.ty(name, "Entity"), ty, "{name}");
        }
        assert_eq!(Names::default().table("b", &["tree map"]), "BTable");
        let mut names = Names::default();
        assert_eq!(["build", "with_build", "maybe"].map(|name| names.field(name)), ["build", "with_build_2", "maybe"]);
    }

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
