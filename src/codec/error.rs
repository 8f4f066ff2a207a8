use std::fmt;

use super::algorithm::CompressionAlgorithm;

/// Why text cannot be compressed or decompressed. It never holds the text.
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
    /// The cargo feature of the algorithm is off.
    FeatureOff {
        /// The name of the feature.
        feature: &'static str,
    },
    /// The algorithm has no such level.
    Level {
        /// The algorithm.
        algorithm: CompressionAlgorithm,
        /// The level that was asked for.
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
    /// The algorithm itself failed.
    Failed {
        /// The algorithm.
        algorithm: CompressionAlgorithm,
    },
}

impl fmt::Display for CompressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FeatureOff { feature } => write!(f, "compression needs the cargo feature `{feature}` of singlet"),
            Self::Level { algorithm: CompressionAlgorithm::Lz4, .. } => f.write_str("lz4 has no compression levels"),
            Self::Level { algorithm, level } => write!(f, "{algorithm} has no compression level {level}"),
            Self::TooLarge { limit } => write!(f, "the text is longer than the limit of {limit} bytes"),
            Self::Damaged { reason } => write!(f, "the compressed value is damaged: {reason}"),
            Self::Failed { algorithm } => write!(f, "{algorithm} failed to compress the text"),
        }
    }
}

impl std::error::Error for CompressionError {}
