//! Compressed text: a prefix that names the algorithm, then the compressed bytes, as base64 in a string or as they are.
//!
//! [`CompressedAttribute`](crate::CompressedAttribute) and `#[model(compressed(..))]` compress the fields of a model
//! with these functions; users call them through [`compression`](crate::compression). This layer works on strings and
//! bytes and knows nothing about items.

mod algorithm;
mod backend;
mod binary;
mod error;
mod options;

use std::borrow::Cow;

use base64_simd::STANDARD;

pub use algorithm::CompressionAlgorithm;
pub use binary::{compress_binary, decompress_binary};
pub use error::CompressionError;
pub use options::CompressionOptions;

/// Returns the text in the form for an S: compressed if that makes it shorter, otherwise unchanged.
///
/// The stored form is `ZSTD:`, `LZ4:` or `GZIP:` followed by padded base64, the form that
/// pydynox writes. A text stays uncompressed if it is shorter than
/// [`min_size`](CompressionOptions::min_size), or if the ratio of the *stored* length to its own length is not below
/// the [`threshold`](CompressionOptions::threshold). With a threshold of at most 1, text never grows. A text that
/// itself begins with one of the prefixes is always compressed, so that it reads back as it was written.
///
/// # Errors
///
/// Returns an error if the algorithm's cargo feature is disabled, if the level is out of range, or if the text is
/// longer than the [`limit`](CompressionOptions::limit) within which it could be read back.
///
/// ```
/// use singlet::compression::{CompressionOptions, compress, decompress};
///
/// let options = CompressionOptions::new();
/// let text = "hello world ".repeat(100);
///
/// let stored = compress(&text, &options)?;
/// assert!(stored.starts_with("ZSTD:") && stored.len() < 100);
/// assert_eq!(decompress(&stored, &options)?, text);
///
/// assert_eq!(compress("too short", &options)?, "too short");
/// # Ok::<(), singlet::compression::CompressionError>(())
/// ```
pub fn compress<'a>(text: &'a str, options: &CompressionOptions) -> Result<Cow<'a, str>, CompressionError> {
    let Some(compressed) = compress_if_worth_it(text, options, |bytes| bytes.div_ceil(3) * 4)? else {
        return Ok(Cow::Borrowed(text));
    };
    let prefix = options.algorithm.prefix();
    let mut stored = String::with_capacity(prefix.len() + compressed.len().div_ceil(3) * 4);
    stored.push_str(prefix);
    STANDARD.encode_append(compressed, &mut stored);
    Ok(Cow::Owned(stored))
}

/// The compressed bytes without the prefix, or `None` if the text is to be stored uncompressed.
///
/// DynamoDB bills the stored length, so the threshold applies to it: to the prefix and to what `encoded` bytes the
/// compressed bytes become. (pydynox compares the bytes before base64, so its text can grow.)
fn compress_if_worth_it(
    text: &str,
    options: &CompressionOptions,
    encoded: fn(usize) -> usize,
) -> Result<Option<Vec<u8>>, CompressionError> {
    let algorithm = options.algorithm;
    // Checked before the length, so that a wrong setting fails for the first value and not for the first long one.
    algorithm.check(options.level)?;
    let must = CompressionAlgorithm::of(text.as_bytes()).is_some();
    if !must && text.len() < options.min_size {
        return Ok(None);
    }
    if text.len() > options.limit {
        return Err(CompressionError::TooLarge { limit: options.limit });
    }
    let compressed = algorithm.compress(text.as_bytes(), options.level)?;
    let length = algorithm.prefix().len() + encoded(compressed.len());
    let is_worth_it = must || is_below_threshold(length, text.len(), options.threshold);
    Ok(is_worth_it.then_some(compressed))
}

#[allow(clippy::cast_precision_loss, reason = "an item has less than 2^52 bytes")]
fn is_below_threshold(stored: usize, plain: usize, threshold: f64) -> bool {
    (stored as f64) / (plain as f64) < threshold
}

/// Returns the text of a stored form: decompressed if it begins with a prefix, otherwise unchanged.
///
/// The prefix names the algorithm; of the options, only the [`limit`](CompressionOptions::limit) matters. Memory use
/// grows with the decoded text, never with a length that the data claims.
///
/// # Errors
///
/// Returns an error if the text begins with a prefix and what follows is not base64, is not a complete and intact
/// stream of that algorithm, does not contain UTF-8, or is longer than the limit; also if the algorithm's cargo
/// feature is disabled.
///
/// ```
/// use singlet::compression::{CompressionError, CompressionOptions, decompress};
///
/// let options = CompressionOptions::new();
/// let stored = "LZ4:sAQAAM9oZWxsbyB3b3JsZCAMAP////+PYHdvcmxkIA==";
/// assert_eq!(decompress(stored, &options)?, "hello world ".repeat(100));
///
/// let bounded = CompressionOptions::new().limit(1_000);
/// assert_eq!(decompress(stored, &bounded), Err(CompressionError::TooLarge { limit: 1_000 }));
/// # Ok::<(), CompressionError>(())
/// ```
pub fn decompress<'a>(stored: &'a str, options: &CompressionOptions) -> Result<Cow<'a, str>, CompressionError> {
    let Some(algorithm) = CompressionAlgorithm::of(stored.as_bytes()) else {
        return Ok(Cow::Borrowed(stored));
    };
    let payload = &stored[algorithm.prefix().len()..];
    let compressed = STANDARD.decode_to_vec(payload).map_err(|_| CompressionError::Damaged { reason: "not base64" })?;
    decompress_text(algorithm, &compressed, options).map(Cow::Owned)
}

fn decompress_text(
    algorithm: CompressionAlgorithm,
    compressed: &[u8],
    options: &CompressionOptions,
) -> Result<String, CompressionError> {
    let bytes = algorithm.decompress(compressed, options.limit)?;
    String::from_utf8(bytes).map_err(|_| CompressionError::Damaged { reason: "not UTF-8" })
}

#[cfg(all(test, feature = "zstd", feature = "lz4", feature = "gzip"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALGORITHMS: [CompressionAlgorithm; 3] = CompressionAlgorithm::ALL;

    fn always(algorithm: CompressionAlgorithm) -> CompressionOptions {
        CompressionOptions::new().algorithm(algorithm).min_size(0).threshold(f64::INFINITY)
    }

    fn stored(algorithm: CompressionAlgorithm, bytes: &[u8]) -> String {
        format!("{}{}", algorithm.prefix(), STANDARD.encode_to_string(bytes))
    }

    fn is_damaged(algorithm: CompressionAlgorithm, bytes: &[u8]) -> bool {
        let outcome = decompress(&stored(algorithm, bytes), &CompressionOptions::new()).map(Cow::into_owned);
        matches!(outcome, Err(CompressionError::Damaged { .. }))
    }

    #[test]
    fn the_stored_length_decides() {
        let text = "ab".repeat(50);
        for algorithm in ALGORITHMS {
            let length = compress(&text, &always(algorithm)).unwrap().len();
            let ratio = f64::from(u32::try_from(length).unwrap()) / 100.0;
            let options = always(algorithm);
            assert_eq!(compress(&text, &options.threshold(ratio)).unwrap(), text, "not below the threshold");
            assert_eq!(compress(&text, &options.threshold(ratio + 0.001)).unwrap().len(), length);
            assert_eq!(compress(&text, &options.min_size(101)).unwrap(), text);
            assert_eq!(compress(&text, &options.threshold(f64::NAN)).unwrap(), text);
        }
    }

    #[test]
    fn min_size_counts_bytes() {
        let text = "é".repeat(50);
        assert!(compress(&text, &CompressionOptions::new()).unwrap().starts_with("ZSTD:"));
        assert_eq!(compress(&text[2..], &CompressionOptions::new()).unwrap(), text[2..]);
    }

    #[test]
    fn text_with_a_prefix_is_always_compressed() {
        for algorithm in ALGORITHMS {
            let options = CompressionOptions::new().algorithm(algorithm).min_size(1_000).threshold(0.0);
            for text in ["ZSTD:", "LZ4:AAAAAA==", "GZIP:plain words", "ZSTD:ZSTD:"] {
                let stored = compress(text, &options).unwrap();
                assert!(stored.starts_with(algorithm.prefix()) && *stored != *text, "{text}");
                assert_eq!(decompress(&stored, &options).unwrap(), text);
            }
            for text in ["zstd:", " LZ4:", "GZIP", ""] {
                assert_eq!(compress(text, &options).unwrap(), text);
            }
        }
    }

    #[test]
    fn levels_are_checked_whatever_the_text() {
        let level = |algorithm, level| compress("", &CompressionOptions::new().algorithm(algorithm).level(level)).err();
        for (algorithm, good, bad) in [
            (CompressionAlgorithm::Zstd, [-131_072, 22], [-131_073, 23]),
            (CompressionAlgorithm::Gzip, [0, 9], [-1, 10]),
        ] {
            assert_eq!(good.map(|n| level(algorithm, n)), [None, None]);
            assert_eq!(
                bad.map(|n| level(algorithm, n)),
                bad.map(|n| Some(CompressionError::Level { algorithm, level: n }))
            );
        }
        assert!(level(CompressionAlgorithm::Lz4, 1).is_some());
    }

    #[test]
    fn decompression_stops_at_the_limit() {
        let text = "x".repeat(1_000_000);
        for algorithm in ALGORITHMS {
            let stored = compress(&text, &always(algorithm)).unwrap();
            let most = CompressionOptions::new().limit(1_000_000);
            assert_eq!(decompress(&stored, &most).unwrap().len(), 1_000_000);
            for limit in [0, 1, 999_999] {
                let outcome = decompress(&stored, &most.limit(limit));
                assert_eq!(outcome, Err(CompressionError::TooLarge { limit }), "{algorithm}");
            }
            assert_eq!(compress(&text, &most.limit(999_999)), Err(CompressionError::TooLarge { limit: 999_999 }));
        }
    }

    #[test]
    fn a_part_of_a_stream_is_damaged() {
        let text = "the quick brown fox jumps over the lazy dog. ".repeat(20);
        for algorithm in ALGORITHMS {
            let whole = compress(&text, &always(algorithm)).unwrap();
            let bytes = STANDARD.decode_to_vec(&whole[algorithm.prefix().len()..]).unwrap();
            assert!(!is_damaged(algorithm, &bytes));
            for length in 0..bytes.len() {
                let part = stored(algorithm, &bytes[..length]);
                // An LZ4 block has no end mark. Only its length tells that it is cut between two of its sequences.
                assert!(decompress(&part, &CompressionOptions::new()).is_err(), "{algorithm} {length}");
            }
        }
    }

    #[test]
    fn lz4_lengths_are_exact() {
        let claim = |length: u32, block: &[u8]| [&length.to_le_bytes(), block].concat();
        let block = b"\x60 world";
        let text = decompress(&stored(CompressionAlgorithm::Lz4, &claim(6, block)), &CompressionOptions::new())
            .map(Cow::into_owned);
        assert_eq!(text.unwrap(), " world");
        assert!(is_damaged(CompressionAlgorithm::Lz4, &claim(7, block)), "shorter than it claims");
        assert!(is_damaged(CompressionAlgorithm::Lz4, &claim(u32::MAX, block)));
        assert!(is_damaged(CompressionAlgorithm::Lz4, &claim(5, block)), "longer than it claims");
        assert!(is_damaged(CompressionAlgorithm::Lz4, &claim(u32::MAX, b"\x60 worl")));
    }

    #[test]
    fn the_inside_must_be_utf8() {
        for algorithm in ALGORITHMS {
            let bytes = algorithm.compress(b"caf\xe9", None).unwrap();
            assert!(is_damaged(algorithm, &bytes));
        }
    }

    proptest! {
        #[test]
        fn every_text_reads_back(text in "(ZSTD:|LZ4:|GZIP:)?\\PC{0,300}", level in 0..9, min_size in 0..300_usize, threshold in 0.0..2.0) {
            for algorithm in ALGORITHMS {
                let mut options = CompressionOptions::new().algorithm(algorithm).min_size(min_size).threshold(threshold);
                if algorithm != CompressionAlgorithm::Lz4 {
                    options = options.level(level);
                }
                let stored = compress(&text, &options).unwrap();
                prop_assert_eq!(decompress(&stored, &options).unwrap(), text.as_str());
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for algorithm in ALGORITHMS {
                if let Ok(text) = decompress(&stored(algorithm, &bytes), &CompressionOptions::new().limit(10_000)) {
                    prop_assert!(text.len() <= 10_000);
                }
            }
        }
    }
}
