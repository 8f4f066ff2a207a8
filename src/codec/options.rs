//! When and how a text is compressed.

use super::algorithm::CompressionAlgorithm;

/// When and how a text is compressed. Every method is `const`.
///
/// ```
/// use singlet::compression::{CompressionAlgorithm, CompressionOptions, compress};
///
/// const OPTIONS: CompressionOptions =
///     CompressionOptions::new().algorithm(CompressionAlgorithm::Gzip).level(9).min_size(20);
///
/// assert!(compress(&"a".repeat(100), &OPTIONS)?.starts_with("GZIP:"));
/// # Ok::<(), singlet::compression::CompressionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompressionOptions {
    pub(super) algorithm: CompressionAlgorithm,
    pub(super) level: Option<i32>,
    pub(super) min_size: usize,
    pub(super) threshold: f64,
    pub(super) limit: usize,
    pub(super) binary: bool,
}

impl CompressionOptions {
    /// The defaults: Zstandard at level 3, for text of at least 100 bytes whose stored form is shorter than 90 % of
    /// the original, and at most 16 MiB long; as base64 in an S.
    ///
    /// ```
    /// use singlet::compression::{CompressionOptions, compress};
    ///
    /// let options = CompressionOptions::new();
    /// assert_eq!(compress(&"a".repeat(99), &options)?, "a".repeat(99));
    /// assert!(compress(&"a".repeat(100), &options)?.starts_with("ZSTD:"));
    /// # Ok::<(), singlet::compression::CompressionError>(())
    /// ```
    pub const fn new() -> Self {
        CompressionOptions {
            algorithm: CompressionAlgorithm::Zstd,
            level: None,
            min_size: 100,
            threshold: 0.9,
            limit: 16 * 1024 * 1024,
            binary: false,
        }
    }

    /// Sets the algorithm to compress with. Decompression uses the algorithm that the stored text names.
    ///
    /// ```
    /// use singlet::compression::{CompressionAlgorithm, CompressionOptions, compress};
    ///
    /// let options = CompressionOptions::new().algorithm(CompressionAlgorithm::Lz4);
    /// assert!(compress(&"a".repeat(100), &options)?.starts_with("LZ4:"));
    /// # Ok::<(), singlet::compression::CompressionError>(())
    /// ```
    pub const fn algorithm(mut self, algorithm: CompressionAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets the compression level. A higher level gives a shorter text and takes more time.
    ///
    /// [`CompressionAlgorithm`] lists the valid levels. [`compress`](super::compress) returns an error for others.
    ///
    /// ```
    /// use singlet::compression::{CompressionOptions, compress};
    ///
    /// assert!(compress("text", &CompressionOptions::new().level(19)).is_ok());
    /// assert!(compress("text", &CompressionOptions::new().level(23)).is_err());
    /// ```
    pub const fn level(mut self, level: i32) -> Self {
        self.level = Some(level);
        self
    }

    /// Sets the length, in bytes of UTF-8, below which a text is stored uncompressed.
    ///
    /// ```
    /// use singlet::compression::{CompressionOptions, compress};
    ///
    /// let options = CompressionOptions::new().min_size(50);
    /// assert_eq!(compress(&"a".repeat(49), &options)?, "a".repeat(49));
    /// assert!(compress(&"a".repeat(50), &options)?.starts_with("ZSTD:"));
    /// # Ok::<(), singlet::compression::CompressionError>(())
    /// ```
    pub const fn min_size(mut self, bytes: usize) -> Self {
        self.min_size = bytes;
        self
    }

    /// Sets the ratio of the stored length, with prefix and, in an S, base64, to the original length below which a text is
    /// stored compressed. With a ratio above 1, text may grow.
    ///
    /// Lower it if the savings have to be worth the time that decompression takes.
    ///
    /// ```
    /// use singlet::compression::{CompressionOptions, compress};
    ///
    /// let text = "abcdefghijklmnopqrstuvwxyz".repeat(5);
    /// assert!(compress(&text, &CompressionOptions::new())?.starts_with("ZSTD:"));
    /// assert_eq!(compress(&text, &CompressionOptions::new().threshold(0.1))?, text);
    /// # Ok::<(), singlet::compression::CompressionError>(())
    /// ```
    pub const fn threshold(mut self, ratio: f64) -> Self {
        self.threshold = ratio;
        self
    }

    /// Sets the length, in bytes of UTF-8, above which a text is neither compressed nor decompressed.
    ///
    /// ```
    /// use singlet::compression::{CompressionError, CompressionOptions, compress};
    ///
    /// let options = CompressionOptions::new().limit(1_000);
    /// assert_eq!(compress(&"a".repeat(1_001), &options), Err(CompressionError::TooLarge { limit: 1_000 }));
    /// ```
    pub const fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Sets whether attributes store compressed text as a B, which is a quarter smaller than base64 in an S.
    ///
    /// It decides for a [`CompressedText`](crate::CompressedText) and for `CacheBuilder::compression`.
    /// [`compress`](super::compress) always returns the form for an S and
    /// [`compress_binary`](super::compress_binary) the one for a B, whatever this option says.
    ///
    /// Use it for long texts that no other library has to read. Reading accepts both forms, so the option can change
    /// while a table is in use, once all programs that read it have a version of singlet that supports the form.
    ///
    /// ```
    /// use singlet::compression::CompressionOptions;
    /// use singlet::wire::{Reader, Writer};
    /// use singlet::CompressedText;
    ///
    /// let text = "a".repeat(1_000);
    /// for (binary, tag) in [(true, r#"{"B":"#), (false, r#"{"S":"ZSTD:"#)] {
    ///     let mut writer = Writer::new();
    ///     text.write_compressed(&CompressionOptions::new().binary(binary), &mut writer);
    ///     let stored = writer.into_bytes()?;
    ///     assert!(stored.starts_with(tag.as_bytes()));
    ///     assert_eq!(String::read_compressed(&mut Reader::new(&stored)?)?, text);
    /// }
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub const fn binary(mut self, binary: bool) -> Self {
        self.binary = binary;
        self
    }

    /// Whether attributes store compressed text as a B.
    pub(crate) fn is_binary(&self) -> bool {
        self.binary
    }

    /// Returns these options with the smaller limit of the two.
    pub(crate) fn at_most(self, other: &CompressionOptions) -> Self {
        self.limit(self.limit.min(other.limit))
    }
}

impl Default for CompressionOptions {
    fn default() -> Self {
        CompressionOptions::new()
    }
}
