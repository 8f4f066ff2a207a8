//! What a table's stream records of each change: set when the table is created, and read by [`stream`](crate::stream).

use std::fmt;

/// What the records of a table's stream hold of the item, besides its key.
///
/// See [DynamoDB's list](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html).
///
/// ```
/// use singlet::stream::StreamView;
///
/// let view = StreamView::NewImage;
/// assert!(view.has_new_image() && !view.has_old_image());
/// assert_eq!(view.to_string(), "NEW_IMAGE");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamView {
    /// Nothing.
    KeysOnly,
    /// The item as it is after the change.
    NewImage,
    /// The item as it was before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
}

impl StreamView {
    /// Whether the records hold the item as it is after the change.
    pub fn has_new_image(self) -> bool {
        matches!(self, StreamView::NewImage | StreamView::NewAndOldImages)
    }

    /// Whether the records hold the item as it was before the change.
    pub fn has_old_image(self) -> bool {
        matches!(self, StreamView::OldImage | StreamView::NewAndOldImages)
    }

    /// DynamoDB's name: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`.
    pub fn as_str(self) -> &'static str {
        match self {
            StreamView::KeysOnly => "KEYS_ONLY",
            StreamView::NewImage => "NEW_IMAGE",
            StreamView::OldImage => "OLD_IMAGE",
            StreamView::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [StreamView::KeysOnly, StreamView::NewImage, StreamView::OldImage, StreamView::NewAndOldImages]
            .into_iter()
            .find(|view| view.as_str() == name)
    }
}

impl fmt::Display for StreamView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
