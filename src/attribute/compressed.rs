//! Compressed text as an attribute: [`CompressedAttribute`], and any text field with `#[model(compressed(..))]`.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use super::{Attribute, ValueFor};
use crate::codec::{self, CompressionOptions};
use crate::wire::{Fault, Reader, Tag, Writer};

/// Text that is stored compressed, as an S or as a B.
///
/// By default it uses [`CompressionOptions::new`], which store an S that other libraries can read.
/// `#[model(compressed(..))]` on a field sets other options: `algorithm`, `level`, `min_size`, `threshold`, and `binary`,
/// which stores a B that is a quarter smaller. Reading accepts every algorithm, both forms and uncompressed text, so the
/// options can change without rewriting stored items. Text longer than 16 MiB is neither written nor read.
///
/// One text can have several stored forms, so a condition on the attribute can only test whether it exists.
///
/// ```
/// use singlet::CompressedAttribute;
///
/// let mut notes = CompressedAttribute::from("leave at the door");
/// notes.push_str(", please");
/// assert!(notes.ends_with("please"));
/// assert_eq!(notes, "leave at the door, please");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompressedAttribute(String);

impl CompressedAttribute {
    /// Returns the text, uncompressed.
    ///
    /// ```
    /// # use singlet::CompressedAttribute;
    /// assert_eq!(CompressedAttribute::from("draft").as_str(), "draft");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text without copying it.
    ///
    /// ```
    /// # use singlet::CompressedAttribute;
    /// let text: String = CompressedAttribute::from("draft").into_string();
    /// assert_eq!(text, "draft");
    /// ```
    pub fn into_string(self) -> String {
        self.0
    }

    /// Appends to the text.
    ///
    /// ```
    /// # use singlet::CompressedAttribute;
    /// let mut notes = CompressedAttribute::from("first");
    /// notes.push_str(", second");
    /// assert_eq!(notes, "first, second");
    /// ```
    pub fn push_str(&mut self, text: &str) {
        self.0.push_str(text);
    }
}

impl Deref for CompressedAttribute {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for CompressedAttribute {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for CompressedAttribute {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CompressedAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for CompressedAttribute {
    fn from(text: &str) -> Self {
        CompressedAttribute(text.to_owned())
    }
}

impl From<String> for CompressedAttribute {
    fn from(text: String) -> Self {
        CompressedAttribute(text)
    }
}

impl From<CompressedAttribute> for String {
    fn from(text: CompressedAttribute) -> Self {
        text.0
    }
}

impl PartialEq<str> for CompressedAttribute {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for CompressedAttribute {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl ValueFor<CompressedAttribute> for &str {
    fn into_value(self) -> CompressedAttribute {
        self.into()
    }
}

impl ValueFor<CompressedAttribute> for String {
    fn into_value(self) -> CompressedAttribute {
        self.into()
    }
}

impl Attribute for CompressedAttribute {
    crate::attribute::leaf!(Opaque);
    const TYPE: &'static str = "S";

    fn write(&self, writer: &mut Writer) {
        self.write_compressed(&DEFAULTS, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Self::read_compressed(reader)
    }
}

const DEFAULTS: CompressionOptions = CompressionOptions::new();

/// A type that a field with `#[model(compressed(..))]` can have: `String`, [`CompressedAttribute`], or an `Option` of
/// one.
///
/// ```
/// use singlet::compression::CompressionOptions;
/// use singlet::wire::{Reader, Writer};
/// use singlet::CompressedText;
///
/// let mut writer = Writer::new();
/// "a".repeat(100).write_compressed(&CompressionOptions::new(), &mut writer);
/// let stored = writer.into_bytes()?;
/// assert!(stored.starts_with(br#"{"S":"ZSTD:"#));
/// assert_eq!(String::read_compressed(&mut Reader::new(&stored)?)?, "a".repeat(100));
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compressed",
    label = "not text",
    note = "`compressed` is for `CompressedAttribute`, `String`, and an `Option` of one"
)]
pub trait CompressedText: Sized {
    /// Writes the text, compressed if that makes it shorter: as an S, or as a B if the options are
    /// [`binary`](CompressionOptions::binary). Uncompressed text is always an S.
    fn write_compressed(&self, options: &CompressionOptions, writer: &mut Writer);

    /// Reads the text from an S, compressed or not, or from a B.
    ///
    /// # Errors
    ///
    /// Returns a fault if the value is neither an S nor a B, or if its compressed form is damaged.
    fn read_compressed(reader: &mut Reader<'_>) -> Result<Self, Fault>;

    /// Whether an item leaves the attribute out: `None`.
    fn is_absent(&self) -> bool {
        false
    }

    /// The value to use if the stored item does not have the attribute; `None` if the attribute is required.
    fn when_missing() -> Option<Self> {
        None
    }
}

impl CompressedText for String {
    fn write_compressed(&self, options: &CompressionOptions, writer: &mut Writer) {
        // A dict contains the text as the user wrote it.
        if writer.is_plain() {
            return writer.string(self);
        }
        // The options are unknown when a text is read. A text over the default limit could be written but not read.
        let options = options.at_most(&DEFAULTS);
        let outcome = if options.is_binary() {
            codec::compress_binary(self, &options).map(|stored| match stored {
                Some(stored) => writer.binary(&stored),
                None => writer.string(self),
            })
        } else {
            codec::compress(self, &options).map(|stored| writer.string(&stored))
        };
        if let Err(error) = outcome {
            writer.fail(Fault::unstorable(error.to_string()));
            writer.null();
        }
    }

    fn read_compressed(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if reader.is_plain() {
            return reader.text().map(Cow::into_owned);
        }
        if reader.next_tag_of(&[Tag::S, Tag::B], "S or B")? == Tag::B {
            let stored = reader.binary()?;
            return codec::decompress_binary(&stored, &DEFAULTS).map_err(|error| Fault::invalid(error.to_string()));
        }
        let stored = reader.text()?;
        match codec::decompress(&stored, &DEFAULTS) {
            Ok(Cow::Owned(text)) => Ok(text),
            // Uncompressed text: `stored` is reused instead of copied, if the reader had to allocate it.
            Ok(Cow::Borrowed(_)) => Ok(stored.into_owned()),
            Err(error) => Err(Fault::invalid(error.to_string())),
        }
    }
}

impl CompressedText for CompressedAttribute {
    fn write_compressed(&self, options: &CompressionOptions, writer: &mut Writer) {
        self.0.write_compressed(options, writer);
    }

    fn read_compressed(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        String::read_compressed(reader).map(CompressedAttribute)
    }
}

impl<T: CompressedText> CompressedText for Option<T> {
    fn write_compressed(&self, options: &CompressionOptions, writer: &mut Writer) {
        match self {
            Some(text) => text.write_compressed(options, writer),
            None => writer.null(),
        }
    }

    fn read_compressed(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if reader.null()? { Ok(None) } else { T::read_compressed(reader).map(Some) }
    }

    fn is_absent(&self) -> bool {
        self.as_ref().is_none_or(CompressedText::is_absent)
    }

    fn when_missing() -> Option<Self> {
        Some(None)
    }
}

#[cfg(all(test, feature = "zstd"))]
mod tests {
    use super::*;
    use crate::wire::FaultKind;

    fn stored<T: CompressedText>(value: &T, options: &CompressionOptions) -> Result<Vec<u8>, Fault> {
        let mut writer = Writer::new();
        value.write_compressed(options, &mut writer);
        writer.into_bytes()
    }

    fn read<T: CompressedText>(json: &[u8]) -> Result<T, Fault> {
        T::read_compressed(&mut Reader::new(json).unwrap())
    }

    #[test]
    fn text_with_escapes_reads_back() {
        for text in ["", "short \"quoted\"\n", "ZSTD:\\", "é\u{0}".repeat(200).as_str()] {
            let value = Some(CompressedAttribute::from(text));
            let json = stored(&value, &DEFAULTS).unwrap();
            assert_eq!(read::<Option<CompressedAttribute>>(&json).unwrap(), value);
            assert_eq!(read::<String>(&json).unwrap(), text);
        }
    }

    #[test]
    fn none_is_absent_and_null_is_none() {
        assert!(CompressedText::is_absent(&None::<String>) && !CompressedText::is_absent(&Some(String::new())));
        assert_eq!(<Option<String> as CompressedText>::when_missing(), Some(None));
        assert_eq!(read::<Option<String>>(br#"{"NULL":true}"#).unwrap(), None);
        assert_eq!(read::<String>(br#"{"NULL":true}"#).unwrap_err().kind(), FaultKind::Type);
    }

    #[test]
    fn faults_never_hold_the_text() {
        let fault = read::<CompressedAttribute>(br#"{"S":"ZSTD:c2VjcmV0"}"#).unwrap_err();
        assert_eq!(fault.to_string(), "the compressed value is damaged: not a zstd frame");
        let fault = stored(&String::from("secret"), &DEFAULTS.level(99)).unwrap_err();
        assert_eq!(fault.to_string(), "zstd has no compression level 99");
        assert_eq!(fault.kind(), FaultKind::Unstorable);
    }

    #[test]
    fn binary_text_reads_back_and_short_text_stays_an_s() {
        let options = DEFAULTS.binary(true);
        for (text, tag) in [("a".repeat(100), "B"), ("ZSTD:".to_owned(), "B"), ("a".repeat(99), "S")] {
            let json = stored(&Some(text.clone()), &options).unwrap();
            assert!(json.starts_with(format!(r#"{{"{tag}":"#).as_bytes()));
            assert_eq!(read::<Option<String>>(&json).unwrap(), Some(text));
        }
        let fault = read::<String>(br#"{"B":"c2VjcmV0"}"#).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "the compressed value is damaged: it does not begin with the prefix of an algorithm"
        );
        assert!(stored(&"x".repeat(16 * 1024 * 1024 + 1), &options.limit(usize::MAX)).is_err());
    }

    #[test]
    fn what_could_not_be_read_is_not_written() {
        let long = "x".repeat(16 * 1024 * 1024 + 1);
        assert!(stored(&long, &DEFAULTS.limit(usize::MAX)).is_err());
        assert!(stored(&String::from(&long[1..]), &DEFAULTS.limit(usize::MAX)).is_ok());
    }
}
