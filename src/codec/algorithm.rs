use std::fmt;

use super::error::CompressionError;

/// How text is compressed.
///
/// The variants exist whatever cargo features are on; using one whose feature is off is an error
/// that names the feature.
///
/// | | stored as | feature | levels |
/// |---|---|---|---|
/// | `Zstd` | `ZSTD:` + one frame ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)) | `zstd` | -131072 to 22, default 3 |
/// | `Lz4` | `LZ4:` + the length (32 bits, little-endian) and one raw block | `lz4` | none |
/// | `Gzip` | `GZIP:` + one member ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)) | `gzip` | 0 to 9, default 6 |
///
/// ```
/// use singlet::compression::CompressionAlgorithm;
///
/// assert_eq!(CompressionAlgorithm::default(), CompressionAlgorithm::Zstd);
/// assert_eq!(CompressionAlgorithm::Gzip.to_string(), "gzip");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CompressionAlgorithm {
    /// Zstandard: the best ratio for most text.
    #[default]
    Zstd,
    /// LZ4: the fastest, with the largest output.
    Lz4,
    /// Gzip: what other programs read most easily.
    Gzip,
}

impl CompressionAlgorithm {
    /// The algorithm that a stored text names.
    pub(super) fn of(stored: &str) -> Option<Self> {
        [Self::Zstd, Self::Lz4, Self::Gzip].into_iter().find(|algorithm| stored.starts_with(algorithm.prefix()))
    }

    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Zstd => "ZSTD:",
            Self::Lz4 => "LZ4:",
            Self::Gzip => "GZIP:",
        }
    }

    /// Its name, which is its cargo feature too.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Gzip => "gzip",
        }
    }

    /// The level, when this algorithm is there and has it.
    pub(super) fn checked_level(self, level: Option<i32>) -> Result<Option<i32>, CompressionError> {
        let (is_on, in_range) = match self {
            Self::Zstd => (cfg!(feature = "zstd"), level.is_none_or(|level| (-131_072..=22).contains(&level))),
            Self::Lz4 => (cfg!(feature = "lz4"), level.is_none()),
            Self::Gzip => (cfg!(feature = "gzip"), level.is_none_or(|level| (0..=9).contains(&level))),
        };
        match level {
            _ if !is_on => Err(CompressionError::FeatureOff { feature: self.name() }),
            Some(level) if !in_range => Err(CompressionError::Level { algorithm: self, level }),
            level => Ok(level),
        }
    }

    /// The level must come from [`checked_level`](Self::checked_level).
    #[allow(unused_variables, reason = "without features there is nothing to call")]
    pub(super) fn compress(self, bytes: &[u8], level: Option<i32>) -> Result<Vec<u8>, CompressionError> {
        match self {
            #[cfg(feature = "zstd")]
            Self::Zstd => super::zstd::compress(bytes, level),
            #[cfg(feature = "lz4")]
            Self::Lz4 => Ok(super::lz4::compress(bytes)),
            #[cfg(feature = "gzip")]
            Self::Gzip => super::gzip::compress(bytes, level),
            #[allow(unreachable_patterns, reason = "with every feature on, no algorithm is left")]
            _ => Err(CompressionError::FeatureOff { feature: self.name() }),
        }
    }

    /// The bytes that were compressed, when these are at most `limit`.
    #[allow(unused_variables, reason = "without features there is nothing to call")]
    pub(super) fn decompress(self, compressed: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
        match self {
            #[cfg(feature = "zstd")]
            Self::Zstd => super::zstd::decompress(compressed, limit),
            #[cfg(feature = "lz4")]
            Self::Lz4 => super::lz4::decompress(compressed, limit),
            #[cfg(feature = "gzip")]
            Self::Gzip => super::gzip::decompress(compressed, limit),
            #[allow(unreachable_patterns, reason = "with every feature on, no algorithm is left")]
            _ => Err(CompressionError::FeatureOff { feature: self.name() }),
        }
    }
}

impl fmt::Display for CompressionAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
