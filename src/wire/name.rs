//! Names of attributes, as the derives emit them.

/// The name of an attribute, as text and as the key of a JSON object.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Name {
    /// The name.
    pub name: &'static str,
    /// The name as the key of a JSON object: `"\"pk\":"`.
    pub quoted: &'static str,
}

impl Name {
    /// A name, given as text and as the key of a JSON object.
    #[doc(hidden)]
    pub const fn new(name: &'static str, quoted: &'static str) -> Self {
        Name { name, quoted }
    }
}
