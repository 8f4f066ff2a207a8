//! The binary form of compressed text: the prefix of the algorithm as bytes, then the compressed bytes as they are.
//!
//! It is for a B. A text that stays uncompressed is an S in both forms, so the type of the attribute distinguishes
//! them.

use super::{CompressionAlgorithm, CompressionError, CompressionOptions, compress_if_worth_it, decompress_text};

/// Returns the text in the form for a B, or `None` if it should be stored uncompressed, as an S.
///
/// The form is `ZSTD:`, `LZ4:` or `GZIP:` in ASCII, followed by the bytes that [`compress`](super::compress) would
/// encode as base64. It is a quarter shorter. The rules are those of `compress`, applied to this length: a text may be worth
/// compressing in this form only. A text that begins with one of the prefixes is always compressed.
///
/// # Errors
///
/// Those of [`compress`](super::compress).
///
/// ```
/// use singlet::compression::{CompressionOptions, compress_binary, decompress_binary};
///
/// let options = CompressionOptions::new();
/// let text = "hello world ".repeat(100);
///
/// let stored = compress_binary(&text, &options)?.unwrap();
/// assert!(stored.starts_with(b"ZSTD:") && stored.len() < 100);
/// assert_eq!(decompress_binary(&stored, &options)?, text);
///
/// assert_eq!(compress_binary("too short", &options)?, None);
/// # Ok::<(), singlet::compression::CompressionError>(())
/// ```
pub fn compress_binary(text: &str, options: &CompressionOptions) -> Result<Option<Vec<u8>>, CompressionError> {
    let compressed = compress_if_worth_it(text, options, |bytes| bytes)?;
    Ok(compressed.map(|compressed| [options.algorithm.prefix().as_bytes(), &compressed].concat()))
}

/// Returns the text of a B that [`compress_binary`] returned.
///
/// The prefix names the algorithm; of the options, only the [`limit`](CompressionOptions::limit) matters. Memory use
/// grows with the decoded text, never with a length that the data claims.
///
/// # Errors
///
/// Returns an error if the bytes do not begin with one of the prefixes, or if what follows is not a complete and intact stream of that
/// algorithm, does not contain UTF-8, or is longer than the limit; also if the algorithm's cargo feature is disabled.
///
/// ```
/// use singlet::compression::{CompressionError, CompressionOptions, decompress_binary};
///
/// let options = CompressionOptions::new();
/// let stored = b"LZ4:\x06\0\0\0\x60 world";
/// assert_eq!(decompress_binary(stored, &options)?, " world");
///
/// assert_eq!(decompress_binary(stored, &options.limit(5)), Err(CompressionError::TooLarge { limit: 5 }));
/// assert!(decompress_binary(b" world", &options).is_err());
/// # Ok::<(), CompressionError>(())
/// ```
pub fn decompress_binary(stored: &[u8], options: &CompressionOptions) -> Result<String, CompressionError> {
    let Some(algorithm) = CompressionAlgorithm::of(stored) else {
        return Err(CompressionError::Damaged { reason: "it does not begin with the prefix of an algorithm" });
    };
    decompress_text(algorithm, &stored[algorithm.prefix().len()..], options)
}
