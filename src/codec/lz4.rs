use lz4_flex::block::{DecompressError, compress_prepend_size, decompress_into};

use super::capacity;
use super::error::CompressionError;

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    compress_prepend_size(bytes)
}

/// Fewer bytes than the length in front claims are accepted, as pydynox does; more are not.
pub(super) fn decompress(compressed: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
    let (claimed, block) = compressed.split_first_chunk().ok_or_else(damaged)?;
    let claimed = usize::try_from(u32::from_le_bytes(*claimed)).unwrap_or(usize::MAX);
    for size in capacity::attempts(block.len(), Some(claimed), claimed.min(limit)) {
        let mut out = vec![0; size];
        match decompress_into(block, &mut out) {
            Ok(length) => {
                out.truncate(length);
                out.shrink_to_fit();
                return Ok(out);
            }
            Err(DecompressError::OutputTooSmall { .. }) => {}
            Err(_) => return Err(damaged()),
        }
    }
    Err(if claimed > limit { CompressionError::TooLarge { limit } } else { damaged() })
}

#[cold]
fn damaged() -> CompressionError {
    CompressionError::Damaged { reason: "not an lz4 block" }
}
