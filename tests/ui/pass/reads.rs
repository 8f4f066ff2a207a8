//! Projections and collections meet the user's own names: shadowed std types, odd names, macros, a renamed crate.
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
    #![allow(missing_docs, missing_debug_implementations, dead_code, non_upper_case_globals)]

    pub struct Option;
    pub struct Result;
    pub struct String;
    pub struct Vec;
    pub struct Default;
    pub struct Ok;
    pub struct Some;
    pub struct None;
    pub struct Err;
    pub struct Slots;
    pub struct Row;
    pub struct Fault;
    pub struct Reader;
    pub struct Page;
    pub mod core {}
    pub mod std {}

    use ::singlet::{Collection, Item, Model, Projection, Table};

    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
    pub struct Shop;

    #[derive(Model)]
    #[model(table = Shop, hash_key = "A#{reader}", range_key = "B")]
    pub struct First {
        pub reader: u8,
        pub slots: u8,
        pub field: ::std::option::Option<u8>,
        pub name: u8,
        pub value: u8,
        pub entity: u8,
        pub r#type: u8,
        #[model(default)]
        pub text: ::std::string::String,
    }

    #[derive(Model)]
    #[model(table = Shop, hash_key = "A#{reader}", range_key = "C#{item}")]
    pub struct Second {
        pub reader: u8,
        pub item: u8,
    }

    #[derive(Projection)]
    #[projection(of = First)]
    pub struct Some1 {
        pub reader: u8,
        pub slots: ::std::option::Option<u8>,
        pub field: ::std::option::Option<u8>,
        pub name: u8,
        pub value: u8,
        pub entity: u8,
        pub r#type: u8,
        #[projection(default = "none")]
        pub text: ::std::string::String,
    }

    #[derive(Collection)]
    pub enum Rows {
        None(First),
        Some(Second),
        #[collection(other)]
        Err(Item),
    }

    #[derive(Collection)]
    pub struct Whole {
        pub row: First,
        pub slot: ::std::vec::Vec<Second>,
    }

    #[derive(Collection)]
    pub struct Parts {
        pub rows: ::std::option::Option<First>,
        pub r#type: ::std::vec::Vec<Second>,
    }
}

/// The crate under another name, beside a module of its own.
pub mod renamed {
    /// Where it comes from.
    pub mod ports {
        pub use ::singlet as database;
    }

    mod singlet {}

    use ports::database::{Collection, Model, Projection, Table};

    /// A table.
    #[derive(Debug, Table)]
    #[table(crate = self::ports::database, name = "shop", hash_key = "pk", entity = "_type")]
    #[non_exhaustive]
    pub struct Shop;

    /// A model.
    #[derive(Debug, Model)]
    #[model(crate = ports::database, table = Shop, hash_key = "A#{id}")]
    pub struct Thing {
        /// Its id.
        pub id: String,
    }

    /// A projection.
    #[derive(Debug, Projection)]
    #[projection(crate = ports::database, of = Thing)]
    pub struct Id {
        /// The id.
        pub id: String,
    }

    /// A collection.
    #[derive(Debug, Collection)]
    #[collection(crate = ports::database)]
    pub struct Things {
        /// All.
        pub things: Vec<Thing>,
    }
}

/// What comes from a macro.
pub mod written_by_macros {
    use ::singlet::{Collection, Model, Projection, Table};

    /// A table.
    #[derive(Debug, Table)]
    #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
    #[non_exhaustive]
    pub struct Shop;

    macro_rules! family {
        ($model:ident, $projection:ident, $collection:ident, $row:ident, $range:literal, $field:ident: $ty:ty) => {
            /// A model.
            #[derive(Debug, Model)]
            #[model(table = Shop, hash_key = "A#{id}", range_key = $range)]
            pub struct $model {
                /// A key part.
                pub id: u32,
                /// A field.
                pub $field: $ty,
            }

            /// A projection.
            #[derive(Debug, Projection)]
            #[projection(of = $model)]
            pub struct $projection {
                /// A field.
                pub $field: $ty,
            }

            /// A collection.
            #[derive(Debug, Collection)]
            pub struct $collection {
                all: Vec<$model>,
            }

            /// A collection.
            #[derive(Debug, Collection)]
            pub enum $row {
                /// The one.
                One($model),
            }

            impl $collection {
                /// The ids.
                pub fn ids(&self) -> Vec<(u32, &$ty)> {
                    self.all.iter().map(|item| (item.id, &item.$field)).collect()
                }
            }
        };
    }
    family!(Thing, Part, Things, OneThing, "THING", size: Option<u32>);

    /// Uses it all.
    #[must_use]
    pub fn read() -> [String; 4] {
        let part = Part { size: Some(1) };
        let thing = || Thing { id: 7, size: part.size };
        let things = Things { all: vec![thing()] };
        let row = OneThing::One(thing());
        [format!("{part:?}"), format!("{:?}", things.ids()), format!("{row:?}"), format!("{things:?}")]
    }
}

pub(crate) fn main() {
    use singlet::{Collection as _, Model as _, Projection as _};

    let first = shadowed::First {
        reader: 1,
        slots: 2,
        field: None,
        name: 3,
        value: 4,
        entity: 5,
        r#type: 6,
        text: String::new(),
    };
    let item = first.to_item().expect("an item");
    assert!(matches!(shadowed::Rows::from_item(&item), Ok(shadowed::Rows::None(_))));
    assert_eq!(shadowed::Some1::NAMES[6], "type");
    assert_eq!(renamed::Id::NAMES, ["id"]);
    assert!(shadowed::Whole::query(1).explain().is_ok() && shadowed::Parts::query(1).explain().is_ok());
    assert!(renamed::Things::query("1").explain().is_ok());
    assert_eq!(written_by_macros::read()[1], "[(7, Some(1))]");
}
