//! What the derive of a nested struct states about its fields, for the derives of other structs.

/// A field of a struct from which index keys of a model can be made, such as `{address.city}`. `NAME` is a hash of its name.
///
/// `#[derive(Attribute)]` implements it. A derive sees the tokens of its own struct only, so the model's learns the type here.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a placeholder of this template names no field of `{Self}` from which a key can be made",
    label = "names no such field",
    note = "a key can be made from a plain field of a struct with `#[derive(Attribute)]` that is as visible as the struct, without \
            `default` and `alias`"
)]
pub trait HasField<const NAME: u64> {
    /// The type of the field, without `Option`.
    type Value;
    /// The name in the map; `None` if the field is flattened.
    const ATTRIBUTE: Option<&'static str>;
    /// Whether the field is an `Option`.
    const IS_OPTIONAL: bool;
    /// The value; `None` if the field is.
    fn value(&self) -> Option<&Self::Value>;
}
