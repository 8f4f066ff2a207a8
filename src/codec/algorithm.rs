//! The compression algorithms and the one table that says how they differ: name, prefix, levels, library.
//!
//! A new algorithm is a variant, a row here and a pair of functions in [`backend`](super::backend).

use std::fmt;
use std::ops::RangeInclusive;

use super::backend::{self, CodecFns};
use super::error::CompressionError;

/// The algorithm that compresses a text.
///
/// All variants exist regardless of the enabled cargo features. Using one whose feature is disabled is an error that
/// names the feature.
///
/// | variant | stored form | cargo feature | levels |
/// |---|---|---|---|
/// | `Zstd` | `ZSTD:` and one frame ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)) | `zstd` | -131072 to 22, default 3 |
/// | `Lz4` | `LZ4:`, the length (32 bits, little-endian) and one raw block | `lz4` | none |
/// | `Gzip` | `GZIP:` and one member ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)) | `gzip` | 0 to 9, default 6 |
///
/// What follows the prefix is base64, or the bytes as they are in the [binary](super::CompressionOptions::binary) form.
///
/// ```
/// use singlet::compression::CompressionAlgorithm;
///
/// assert_eq!(CompressionAlgorithm::default(), CompressionAlgorithm::Zstd);
/// assert_eq!(CompressionAlgorithm::Gzip.to_string(), "gzip");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CompressionAlgorithm {
    /// Zstandard. Compresses most text best.
    #[default]
    Zstd,
    /// LZ4. The fastest, with the largest output.
    Lz4,
    /// Gzip. The format that other programs can read most easily.
    Gzip,
}

/// A row of the table.
struct Row {
    /// The algorithm's name, which is also the name of its cargo feature.
    name: &'static str,
    /// What a stored text or binary begins with. Frozen: it is in users' tables.
    prefix: &'static str,
    /// The valid levels; `None` if the algorithm has no levels.
    levels: Option<RangeInclusive<i32>>,
    /// The library; `None` if the cargo feature is disabled.
    backend: Option<CodecFns>,
}

static ZSTD: Row = Row { name: "zstd", prefix: "ZSTD:", levels: Some(-131_072..=22), backend: backend::ZSTD };
static LZ4: Row = Row { name: "lz4", prefix: "LZ4:", levels: None, backend: backend::LZ4 };
static GZIP: Row = Row { name: "gzip", prefix: "GZIP:", levels: Some(0..=9), backend: backend::GZIP };

impl CompressionAlgorithm {
    /// Every algorithm.
    pub(super) const ALL: [Self; 3] = [Self::Zstd, Self::Lz4, Self::Gzip];

    fn row(self) -> &'static Row {
        match self {
            Self::Zstd => &ZSTD,
            Self::Lz4 => &LZ4,
            Self::Gzip => &GZIP,
        }
    }

    fn backend(self) -> Result<&'static CodecFns, CompressionError> {
        let row = self.row();
        row.backend.as_ref().ok_or(CompressionError::FeatureOff { feature: row.name })
    }

    /// The algorithm whose prefix the stored text or bytes begin with.
    pub(super) fn of(stored: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| stored.starts_with(algorithm.prefix().as_bytes()))
    }

    pub(super) fn prefix(self) -> &'static str {
        self.row().prefix
    }

    pub(super) fn has_levels(self) -> bool {
        self.row().levels.is_some()
    }

    /// Checks that the algorithm is available and has this level.
    pub(super) fn check(self, level: Option<i32>) -> Result<(), CompressionError> {
        self.backend()?;
        match (level, &self.row().levels) {
            (None, _) => Ok(()),
            (Some(level), Some(levels)) if levels.contains(&level) => Ok(()),
            (Some(level), _) => Err(CompressionError::Level { algorithm: self, level }),
        }
    }

    /// Compresses with a level that [`check`](Self::check) has accepted.
    pub(super) fn compress(self, bytes: &[u8], level: Option<i32>) -> Result<Vec<u8>, CompressionError> {
        (self.backend()?.compress)(bytes, level)
    }

    /// Decompresses to at most `limit` bytes; more are an error.
    pub(super) fn decompress(self, compressed: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
        (self.backend()?.decompress)(compressed, limit)
    }
}

/// The algorithm's name as in `#[model(compressed(algorithm = ".."))]`: `zstd`, `lz4`, `gzip`.
impl fmt::Display for CompressionAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.row().name)
    }
}
