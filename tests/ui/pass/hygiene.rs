//! Generated code meets the user's own names: shadowed std types, odd field names, macros, a renamed crate.
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    unused_qualifications,
    clippy::pedantic
)]

/// Types with the names that generated code would write without care.
pub mod shadowed {
    #![allow(missing_docs, missing_debug_implementations, dead_code)]

    pub struct Option;
    pub struct Result;
    pub struct String;
    pub struct Vec;
    pub struct Default;
    pub struct Box;
    pub struct Ok;
    pub struct Some;
    pub struct None;
    pub struct Err;
    pub struct Slots;
    pub struct Fault;
    pub struct Reader;
    pub struct Writer;
    pub struct Names;
    pub mod core {}
    pub mod std {}
    pub mod rt {}

    use ::singlet::{Attribute, Model, TTLAttribute, Table};

    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "ttl", entity = "_type")]
    #[table(index(name = "gsi1", hash_key = "gsi1pk"))]
    pub struct Shop;

    #[derive(Attribute)]
    pub struct Id(pub(crate) ::std::string::String);

    #[derive(Attribute)]
    pub enum Kind {
        Some,
        None,
        Ok,
        Err,
    }

    #[derive(Attribute)]
    pub enum Payment {
        None,
        Some(u8),
        Card { reader: u8, writer: ::std::string::String, fields: bool },
    }

    #[derive(Attribute)]
    pub struct Flat {
        pub field: u8,
    }

    #[derive(Model)]
    #[model(table = Shop, hash_key = "A#{reader}#{writer}", range_key = "B#{key}#{parser}")]
    #[model(index(gsi1, hash_key = "C#{slots}#{name}"))]
    pub struct Everything {
        pub reader: Id,
        pub writer: Id,
        #[model(key_only)]
        pub key: Kind,
        pub parser: u8,
        pub slots: ::std::option::Option<u8>,
        pub name: ::std::string::String,
        pub r#type: Payment,
        pub value: u8,
        pub values: u8,
        pub state: u8,
        pub build: u8,
        pub builder: u8,
        #[model(default = 3)]
        pub text: u8,
        #[model(flatten)]
        pub fields: Flat,
        pub number: u8,
        pub ttl: TTLAttribute,
    }
}

/// Types that are called as parameters of generated code could be.
pub mod parameters {
    #![allow(missing_docs, missing_debug_implementations)]

    use ::singlet::{Attribute, Model};

    #[derive(Attribute)]
    pub struct M {
        pub field: u8,
    }

    #[derive(Attribute)]
    pub struct D(pub M);

    #[derive(Attribute)]
    pub enum R {
        M(M),
        D(D),
        P { m: M, d: D },
    }

    #[derive(Attribute)]
    pub enum Keywords {
        Gen { r#gen: u8 },
        Type { r#type: u8 },
        Super(u8),
    }

    #[derive(Attribute)]
    #[attribute(tag = "r")]
    pub enum P {
        M(M),
        P { m: M, d: D },
        R,
    }

    #[derive(Model)]
    #[model(table = "types", hash_key = "A#{id}")]
    pub struct T {
        pub id: u8,
        pub m: M,
        pub d: D,
        pub r: R,
        pub p: P,
        pub keywords: Keywords,
    }

    pub fn paths() {
        let _ = T::scan()
            .filter(|t| t.keywords.r#gen.r#gen.eq(1) | t.keywords.r#type.r#type.eq(2) | t.keywords.super_.eq(3));
        let _ = T::scan().filter(|t| t.d.field.eq(1) & t.r.p.d.field.eq(1) & t.p.m.field.eq(1) & t.p.r.is_stored());
    }
}

/// The crate under another name, beside a module of its own.
pub mod renamed {
    /// Where it comes from.
    pub mod ports {
        pub use ::singlet as database;
    }

    mod singlet {}

    use ports::database::{Attribute, Model, Table};

    /// A table.
    #[derive(Debug, Table)]
    #[table(crate = self::ports::database, name = "shop", hash_key = "pk")]
    #[non_exhaustive]
    pub struct Shop;

    /// A newtype.
    #[derive(Debug, Attribute)]
    #[attribute(crate = crate::hygiene::renamed::ports::database)]
    pub struct Id(pub String);

    /// A model.
    #[derive(Debug, Model)]
    #[model(crate = ports::database, table = Shop, hash_key = "A#{id}")]
    pub struct Item {
        /// Its id.
        pub id: Id,
    }
}

/// A field whose name, with what it is stored as, is that of a crate.
mod crates {
    #[derive(::singlet::Model)]
    #[model(table = "items", hash_key = "ITEM#{id}")]
    pub(crate) struct Item {
        pub(crate) id: String,
        #[model(serde)]
        pub(crate) json: serde_json::Value,
    }
}

/// Types and fields that come from a macro.
pub mod written_by_macros {
    use ::singlet::{Attribute, Model};

    /// Flattened.
    #[derive(Debug, Attribute)]
    pub struct Audit {
        /// By whom.
        pub by: String,
    }

    /// Flattened as well.
    #[derive(Debug, Attribute)]
    pub struct Place {
        /// Where.
        pub at: String,
    }

    macro_rules! model {
        ($name:ident, $table:literal, $hash:literal, $field:ident: $ty:ty, $flat:ty, $default:expr) => {
            /// A model.
            #[derive(Debug, Model)]
            #[model(table = $table, hash_key = $hash)]
            pub struct $name {
                /// A key part.
                pub $field: $ty,
                /// Flattened.
                #[model(flatten)]
                pub flat: $flat,
                /// Flattened, of a type of the macro's.
                #[model(flatten)]
                pub place: Place,
                /// Of a type of the macro's.
                #[model(default = $default)]
                pub level: u8,
            }
        };
    }
    model!(Item, "items", "A#{id}", id: String, Audit, 1 + 2);

    macro_rules! nested {
        ($($tokens:tt)*) => {
            /// Nested.
            #[derive(Debug, Attribute)]
            $($tokens)*
        };
    }
    nested! {
        pub struct Point {
            /// A number.
            pub x: f64,
            /// Flattened.
            #[attribute(flatten)]
            pub audit: Audit,
        }
    }
}

/// Traits with members that generated code could confuse with those of the library.
pub mod traits {
    use ::singlet::Model;

    /// Implemented for the type of a field.
    pub trait Stored: Sized {
        /// A number.
        const FORM: Self;

        /// A number.
        fn one() -> Self;

        /// A number.
        #[must_use]
        fn take(self) -> Self;

        /// A number.
        #[must_use]
        fn put(&self) -> Self;
    }

    impl Stored for u8 {
        const FORM: u8 = 1;

        fn one() -> u8 {
            1
        }

        fn take(self) -> u8 {
            self
        }

        fn put(&self) -> u8 {
            *self
        }
    }

    /// A model.
    #[derive(Debug, Model)]
    #[model(table = "levels", hash_key = "A#{id}")]
    pub struct Level {
        /// A key part.
        pub id: String,
        /// By a function of the trait.
        #[model(default = u8::one())]
        pub one: u8,
        /// By methods of the trait.
        #[model(default = 2_u8.take().put())]
        pub two: u8,
        /// By a constant of the trait.
        #[model(default = u8::FORM)]
        pub form: u8,
    }
}

/// Names that paths and indexes have themselves.
pub mod paths {
    use ::singlet::{Attribute, CompressedAttribute, Model, Table};

    /// A table.
    #[derive(Debug, Table)]
    #[table(name = "shop", hash_key = "pk", range_key = "sk")]
    #[table(index(name = "schema", hash_key = "a"))]
    #[table(index(name = "2024.by-mail", hash_key = "at"))]
    #[table(index(name = "local-1", local, range_key = "key"))]
    pub struct Shop;

    /// Nested.
    #[derive(Debug, Clone, Attribute)]
    pub struct Place {
        /// A method of paths.
        pub at: String,
        /// Another.
        pub key: Option<u8>,
        /// A keyword.
        pub r#type: Inside,
        secret: Secret,
        /// Compressed.
        #[attribute(compressed)]
        pub text: Option<String>,
        #[attribute(flatten)]
        hidden: Hidden,
    }

    /// Flattened.
    #[derive(Debug, Clone, Attribute)]
    pub struct Hidden {
        by: String,
    }

    #[derive(Debug, Clone, ::serde::Serialize, ::serde::Deserialize)]
    struct Settings;

    /// Without data.
    #[derive(Debug, Clone, Attribute)]
    pub enum Inside {
        /// The only one.
        One,
    }

    #[derive(Debug, Clone, Attribute)]
    struct Secret(Inside);

    /// Named as the struct of paths of the model could be.
    #[derive(Debug, Clone, Attribute)]
    pub struct ItemFields {
        /// A number.
        pub path: u8,
    }

    /// A model.
    #[derive(Debug, Clone, Model)]
    #[model(table = Shop, hash_key = "A#{id}", range_key = "B")]
    #[model(index("2024.by-mail", hash_key = at), index("local-1", range_key = "K#{größe}"))]
    pub struct Item {
        /// Generated.
        #[model(generated)]
        pub id: String,
        /// The key of an index.
        pub at: Option<String>,
        /// A method of operations.
        pub set: u8,
        /// Not ASCII.
        pub größe: u8,
        /// Nested.
        pub place: Place,
        places: Vec<Place>,
        /// Named as the struct of paths could be.
        pub fields: ItemFields,
        #[model(flatten)]
        hidden: Hidden,
        /// Compressed.
        #[model(compressed)]
        pub text: CompressedAttribute,
        #[model(compressed)]
        note: String,
        #[model(serde)]
        settings: Option<Settings>,
        /// Counted.
        #[model(version)]
        pub version: u64,
        #[model(created_at)]
        created: Option<i64>,
        #[model(updated_at)]
        updated: i64,
        /// Unique.
        #[model(unique)]
        pub mail: Option<String>,
    }

    /// Uses what is private.
    ///
    /// # Panics
    ///
    /// A check does not hold.
    pub fn conditions() {
        let hidden = Hidden { by: String::new() };
        let place = Place {
            at: String::new(),
            key: None,
            r#type: Inside::One,
            secret: Secret(Inside::One),
            text: None,
            hidden: hidden.clone(),
        };
        let item = Item::builder()
            .set(1)
            .größe(2)
            .place(place)
            .places(Vec::new())
            .fields(ItemFields { path: 1 })
            .hidden(hidden)
            .text("t")
            .note("n")
            .settings(Settings)
            .build();
        assert_eq!(item.created, None);
        let update = Item::update("a")
            .set(|i| i.place.at, "x")
            .set(|i| i.note, "n")
            .remove(|i| i.places.at(0))
            .set(|i| i.settings, Settings)
            .when(|i| i.größe.gt(1) & i.set.ge(1) & i.place.r#type.eq(Inside::One) & i.at.exists())
            .when(|i| i.place.hidden.by.eq("b") & i.places.at(0).key.gt(1) & i.hidden.by.ne("c"))
            .when(|i| i.fields.path.lt(1) & i.created.ge(1) & i.updated.ge(1) & i.place.secret.exists());
        assert!(update.explain().is_ok());
        let _ = (Shop::SCHEMA_INDEX, Shop::_2024_BY_MAIL, Shop::LOCAL_1);
    }
}

/// Structs that are seen in one place only.
pub mod visibility {
    pub(crate) mod inner {
        use ::singlet::Model;

        #[derive(Debug, Model)]
        #[model(table = "items", hash_key = "A#{id}")]
        pub(in crate::hygiene::visibility) struct Item {
            id: u8,
        }
    }

    /// Uses it.
    #[must_use]
    pub fn item() -> impl std::fmt::Debug {
        inner::Item::builder().id(1).build()
    }
}

/// The user allows deprecated types in this module.
pub mod deprecated {
    #![allow(missing_docs, missing_debug_implementations, dead_code)]
    #![allow(deprecated)]

    #[deprecated]
    #[derive(::singlet::Attribute)]
    pub struct Old {
        pub values: ::std::string::String,
    }

    #[derive(::singlet::Model)]
    #[model(table = "shop", hash_key = "OLD#{id}")]
    pub struct Holder {
        pub id: u8,
        pub old: Old,
    }
}

/// Runs the checks.
///
/// # Panics
///
/// One does not hold.
pub fn main() {
    use ::singlet::{Attribute, Model};

    #[derive(Debug, PartialEq, Attribute)]
    struct Local(u8);

    #[derive(Debug, PartialEq, Model)]
    #[model(table = "items", hash_key = "A#{id}", key_escape = false)]
    struct Item {
        id: u8,
        local: Vec<Local>,
    }
    let item = Item { id: 1, local: vec![Local(2)] };
    assert_eq!(Item::from_item(&item.to_item().unwrap()).unwrap(), item);

    let everything = shadowed::Everything::builder()
        .reader("r")
        .writer("w")
        .key(shadowed::Kind::Ok)
        .parser(1)
        .slots(2)
        .name("n")
        .r#type(shadowed::Payment::Card { reader: 1, writer: "w".into(), fields: true })
        .value(1)
        .values(1)
        .state(1)
        .with_build(1)
        .builder(1)
        .fields(shadowed::Flat { field: 1 })
        .number(1)
        .ttl(::singlet::TTLAttribute::MAX)
        .build();
    let item = everything.to_item().unwrap();
    assert_eq!(item["sk"].as_s().unwrap(), "B#Ok#001");
    let again = shadowed::Everything::from_item(&item).unwrap();
    assert!(matches!(again.key, shadowed::Kind::Ok) && again.fields.field == 1 && again.text == 3);
    assert!(matches!(again.r#type, shadowed::Payment::Card { reader: 1, fields: true, .. }));

    paths::conditions();
    parameters::paths();

    let item = renamed::Item::builder().id("i").build();
    assert_eq!(item.key().unwrap(), renamed::Item::key_of("i").unwrap());
    let _ = visibility::item();

    let item = written_by_macros::Item::builder()
        .id("i")
        .flat(written_by_macros::Audit { by: "b".into() })
        .place(written_by_macros::Place { at: "a".into() })
        .build();
    let with_json = crates::Item::builder().id("i").json(serde_json::json!([1])).build();
    assert!(with_json.to_item().unwrap().contains_key("json"));

    let stored = item.to_item().unwrap();
    assert!(item.level == 3 && stored.contains_key("by") && stored.contains_key("at"));
}
