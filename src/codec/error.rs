//! Why compressing or decompressing fails. An error never contains the text.

use std::fmt;

use super::algorithm::CompressionAlgorithm;

/// The reason why a text cannot be compressed or decompressed. It never contains the text.
///
/// ```
/// use singlet::compression::{CompressionOptions, decompress};
///
/// let error = decompress("ZSTD:not base64!", &CompressionOptions::new()).unwrap_err();
/// assert_eq!(error.to_string(), "the compressed value is damaged: not base64");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompressionError {
    /// The algorithm's cargo feature is disabled.
    FeatureOff {
        /// The name of the feature.
        feature: &'static str,
    },
    /// The algorithm does not have this level.
    Level {
        /// The algorithm.
        algorithm: CompressionAlgorithm,
        /// The requested level.
        level: i32,
    },
    /// The text is longer than the limit.
    TooLarge {
        /// The limit, in bytes of UTF-8.
        limit: usize,
    },
    /// The stored form cannot be decoded.
    Damaged {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The compression library failed.
    Failed {
        /// The algorithm.
        algorithm: CompressionAlgorithm,
    },
}

impl fmt::Display for CompressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FeatureOff { feature } => {
                write!(f, "{feature} compression is disabled; enable the cargo feature `{feature}` of singlet")
            }
            Self::Level { algorithm, .. } if !algorithm.has_levels() => {
                write!(f, "{algorithm} has no compression levels")
            }
            Self::Level { algorithm, level } => write!(f, "{algorithm} has no compression level {level}"),
            Self::TooLarge { limit } => write!(f, "the text is longer than the limit of {limit} bytes"),
            Self::Damaged { reason } => write!(f, "the compressed value is damaged: {reason}"),
            Self::Failed { algorithm } => write!(f, "{algorithm} failed to compress the text"),
        }
    }
}

impl std::error::Error for CompressionError {}
