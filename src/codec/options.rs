use super::algorithm::CompressionAlgorithm;

/// When and how text is compressed; every method is `const`.
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
}

impl CompressionOptions {
    /// The defaults: Zstandard of level 3, for text from 100 bytes that shrinks below nine tenths; 16 MiB at most.
    pub const fn new() -> Self {
        CompressionOptions {
            algorithm: CompressionAlgorithm::Zstd,
            level: None,
            min_size: 100,
            threshold: 0.9,
            limit: 16 * 1024 * 1024,
        }
    }

    /// The algorithm to compress with. Reading takes the one that the stored text names.
    pub const fn algorithm(mut self, algorithm: CompressionAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// The level: higher is smaller and slower. The ranges are at [`CompressionAlgorithm`]; a level outside of
    /// them is an error of [`compress`](super::compress).
    pub const fn level(mut self, level: i32) -> Self {
        self.level = Some(level);
        self
    }

    /// Text of fewer bytes of UTF-8 stays plain.
    pub const fn min_size(mut self, bytes: usize) -> Self {
        self.min_size = bytes;
        self
    }

    /// Text stays plain unless its stored length, base64 and prefix included, is below this part of its own.
    ///
    /// Above 1, text may grow.
    pub const fn threshold(mut self, ratio: f64) -> Self {
        self.threshold = ratio;
        self
    }

    /// The most bytes of UTF-8 that are compressed, and that decompression gives.
    pub const fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// These options with no greater limit than `other` has.
    pub(crate) fn at_most(self, other: &CompressionOptions) -> Self {
        self.limit(self.limit.min(other.limit))
    }
}

impl Default for CompressionOptions {
    fn default() -> Self {
        CompressionOptions::new()
    }
}
