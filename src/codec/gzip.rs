use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::algorithm::CompressionAlgorithm;
use super::error::CompressionError;

pub(super) fn compress(bytes: &[u8], level: Option<i32>) -> Result<Vec<u8>, CompressionError> {
    let failed = |_| CompressionError::Failed { algorithm: CompressionAlgorithm::Gzip };
    let level = level.and_then(|level| u32::try_from(level).ok()).map_or_else(Compression::default, Compression::new);
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).map_err(failed)?;
    encoder.finish().map_err(failed)
}

/// One member; what follows it is ignored, as pydynox does.
pub(super) fn decompress(member: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
    let mut out = Vec::new();
    // One byte over the limit tells a text of just that length from a longer one.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    GzDecoder::new(member)
        .take(most)
        .read_to_end(&mut out)
        .map_err(|_| CompressionError::Damaged { reason: "not a gzip member" })?;
    if out.len() > limit { Err(CompressionError::TooLarge { limit }) } else { Ok(out) }
}
