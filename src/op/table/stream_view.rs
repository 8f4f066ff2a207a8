//! What a table's stream records of each change. Set when the table is created, and used by
//! [`stream`](crate::stream).

use std::fmt;

/// Which images of an item the records of a table's stream contain, in addition to its key.
///
/// See [AWS's list of stream views](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html).
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
#[doc(alias = "StreamViewType")]
pub enum StreamView {
    /// No images.
    KeysOnly,
    /// The item after the change.
    NewImage,
    /// The item before the change.
    OldImage,
    /// Both images.
    NewAndOldImages,
}

impl StreamView {
    /// Whether the records contain the item after the change.
    pub fn has_new_image(self) -> bool {
        matches!(self, StreamView::NewImage | StreamView::NewAndOldImages)
    }

    /// Whether the records contain the item before the change.
    pub fn has_old_image(self) -> bool {
        matches!(self, StreamView::OldImage | StreamView::NewAndOldImages)
    }

    /// Returns DynamoDB's name: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`.
    pub fn as_str(self) -> &'static str {
        match self {
            StreamView::KeysOnly => "KEYS_ONLY",
            StreamView::NewImage => "NEW_IMAGE",
            StreamView::OldImage => "OLD_IMAGE",
            StreamView::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }

    /// Returns the view with DynamoDB's name; `None` if there is none.
    ///
    /// ```
    /// use singlet::stream::StreamView;
    /// assert_eq!(StreamView::parse("KEYS_ONLY"), Some(StreamView::KeysOnly));
    /// assert_eq!(StreamView::parse("EVERYTHING"), None);
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
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
