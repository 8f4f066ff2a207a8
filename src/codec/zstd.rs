use zstd::zstd_safe::zstd_sys::ZSTD_ErrorCode::ZSTD_error_dstSize_tooSmall as TOO_SMALL;
use zstd::zstd_safe::{DCtx, get_frame_content_size};

use super::algorithm::CompressionAlgorithm;
use super::capacity;
use super::error::CompressionError;

pub(super) fn compress(bytes: &[u8], level: Option<i32>) -> Result<Vec<u8>, CompressionError> {
    zstd::bulk::compress(bytes, level.unwrap_or(zstd::DEFAULT_COMPRESSION_LEVEL)).map_err(|_| failed())
}

/// In one pass into a buffer: a stream would allocate the frame's window, up to 128 MiB, by itself.
pub(super) fn decompress(frame: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
    if frame.is_empty() {
        return Err(damaged());
    }
    let mut context = DCtx::try_create().ok_or_else(failed)?;
    let claimed = get_frame_content_size(frame).ok().flatten().and_then(|size| usize::try_from(size).ok());
    for size in capacity::attempts(frame.len(), claimed, limit) {
        let mut out = Vec::with_capacity(size);
        match context.decompress(&mut out, frame) {
            // A vector may have more room than was asked for.
            Ok(length) if length > limit => return Err(CompressionError::TooLarge { limit }),
            Ok(_) => {
                out.shrink_to_fit();
                return Ok(out);
            }
            // The C library's codes are the negated numbers of its errors.
            Err(code) if code.wrapping_neg() == TOO_SMALL as usize => {}
            Err(_) => return Err(damaged()),
        }
    }
    Err(CompressionError::TooLarge { limit })
}

#[cold]
fn damaged() -> CompressionError {
    CompressionError::Damaged { reason: "not a zstd frame" }
}

#[cold]
fn failed() -> CompressionError {
    CompressionError::Failed { algorithm: CompressionAlgorithm::Zstd }
}
