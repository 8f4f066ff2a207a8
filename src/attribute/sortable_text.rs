//! What dates and times of `time` and `chrono` have in common: one text that sorts.

/// A type with one text of fixed width, so that texts sort as the values do.
pub(super) trait SortableText: Sized {
    /// The text; `None` where the value has none that sorts.
    fn text(&self) -> Option<String>;

    /// The value of a text.
    fn parse(text: &str) -> Option<Self>;
}

/// Years 0 to 9999, the range of RFC 3339; with a sign or a fifth digit texts would not sort.
pub(super) fn is_sortable_year(year: i32) -> bool {
    (0..=9999).contains(&year)
}

/// Implements the attribute and key traits by [`SortableText`].
macro_rules! attributes_by_text {
    ($($type:ty),*) => {$(
        impl $crate::Attribute for $type {
            crate::attribute::leaf!(Instant);
            const TYPE: &'static str = "S";

            fn write(&self, writer: &mut $crate::wire::Writer) {
                match self.text() {
                    Some(text) => writer.string(&text),
                    None => writer.fail($crate::wire::Fault::unstorable("a date outside the years 0 to 9999 has no sortable text")),
                }
            }

            fn read(reader: &mut $crate::wire::Reader<'_>) -> Result<Self, $crate::wire::Fault> {
                <$type as SortableText>::parse(&reader.text()?)
                    .ok_or_else(|| $crate::wire::Fault::invalid(concat!("the text is no `", stringify!($type), "`")))
            }
        }

        impl $crate::key::KeyPart for $type {
            fn write_part(&self, key: &mut $crate::key::KeyWriter<'_>, _: $crate::key::KeyFormat) {
                match self.text() {
                    Some(text) => key.safe(&text),
                    None => key.fail("a date outside the years 0 to 9999 has no sortable text"),
                }
            }

            fn parse_part(text: &$crate::key::PartText<'_>, _: $crate::key::KeyFormat) -> Result<Self, $crate::wire::Fault> {
                let value = <$type as SortableText>::parse(text.raw()).ok_or_else($crate::key::mismatch)?;
                // Another text of the same time would be another key.
                if value.text().as_deref() == Some(text.raw()) { Ok(value) } else { Err($crate::key::mismatch()) }
            }
        }

        impl $crate::key::KeyAttribute for $type {
            const KEY_TYPE: $crate::key::KeyType = $crate::key::KeyType::S;

            fn to_key(&self) -> $crate::key::KeyValue {
                // Without a text the key is empty, which is refused with the rest.
                $crate::key::KeyValue::S(self.text().unwrap_or_default())
            }

            fn from_key(key: &$crate::key::KeyValue) -> Result<Self, $crate::wire::Fault> {
                key.as_str().and_then(<$type as SortableText>::parse).ok_or_else($crate::key::mismatch)
            }

            fn key_length(&self) -> usize {
                self.text().map_or(0, |text| text.len())
            }
        }
    )*};
}
pub(super) use attributes_by_text;
