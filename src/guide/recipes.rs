//! The recipes, by what they work on. The list of all recipes is the page of this module.

#![doc = include_str!("../docs/recipes/index.md")]

#[doc = include_str!("../docs/recipes/find.md")]
pub mod find {}

#[doc = include_str!("../docs/recipes/change.md")]
pub mod change {}

#[doc = include_str!("../docs/recipes/many.md")]
pub mod many {}

#[doc = include_str!("../docs/recipes/products.md")]
pub mod products {}
