//! The compression libraries behind one signature: `(bytes, level)` to compress, `(bytes, limit)` to decompress.
//!
//! Only [`algorithm`](super::algorithm) uses these functions, through its table. A backend never allocates what
//! compressed data claims to need: the data may be damaged or hostile.

use super::error::CompressionError;

type CompressFn = fn(&[u8], Option<i32>) -> Result<Vec<u8>, CompressionError>;

/// The two functions of one library.
pub(super) struct CodecFns {
    /// Compresses with a level that is known to be in range, or with the library's default.
    pub(super) compress: CompressFn,
    /// Decompresses at most so many bytes.
    pub(super) decompress: fn(&[u8], usize) -> Result<Vec<u8>, CompressionError>,
}

#[cfg(feature = "zstd")]
pub(super) const ZSTD: Option<CodecFns> =
    Some(CodecFns { compress: zstandard::compress, decompress: zstandard::decompress });
#[cfg(not(feature = "zstd"))]
pub(super) const ZSTD: Option<CodecFns> = None;

#[cfg(feature = "lz4")]
pub(super) const LZ4: Option<CodecFns> = Some(CodecFns { compress: lz4::compress, decompress: lz4::decompress });
#[cfg(not(feature = "lz4"))]
pub(super) const LZ4: Option<CodecFns> = None;

#[cfg(feature = "gzip")]
pub(super) const GZIP: Option<CodecFns> = Some(CodecFns { compress: gzip::compress, decompress: gzip::decompress });
#[cfg(not(feature = "gzip"))]
pub(super) const GZIP: Option<CodecFns> = None;

#[cfg(feature = "zstd")]
mod zstandard {
    use std::cell::Cell;
    use std::thread::LocalKey;

    use zstd::bulk::Compressor;
    use zstd::zstd_safe::zstd_sys::ZSTD_ErrorCode::ZSTD_error_dstSize_tooSmall as TOO_SMALL;
    use zstd::zstd_safe::{DCtx, get_frame_content_size};

    use super::super::algorithm::CompressionAlgorithm;
    use super::CompressionError;

    // Making a context costs more than compressing a value of a few kilobytes, so each thread keeps one of each kind.
    thread_local! {
        static COMPRESSOR: Cell<Option<Compressor<'static>>> = const { Cell::new(None) };
        static DECOMPRESSOR: Cell<Option<DCtx<'static>>> = const { Cell::new(None) };
    }

    /// Runs `f` with the thread's context, which is made anew if there is none or the thread is ending.
    fn with_context<C: 'static, R>(
        kept: &'static LocalKey<Cell<Option<C>>>,
        make: impl FnOnce() -> Option<C>,
        f: impl FnOnce(&mut C) -> Result<R, CompressionError>,
    ) -> Result<R, CompressionError> {
        let mut context = kept.try_with(Cell::take).ok().flatten().or_else(make).ok_or_else(failed)?;
        let result = f(&mut context);
        let _ = kept.try_with(|kept| kept.set(Some(context)));
        result
    }

    /// The longest text that uses the thread's context. A context grows with the text, and a high level needs more than
    /// a hundred times as much for a long one.
    const LONGEST: usize = 400 * 1024;

    pub(super) fn compress(bytes: &[u8], level: Option<i32>) -> Result<Vec<u8>, CompressionError> {
        let level = level.unwrap_or(zstd::DEFAULT_COMPRESSION_LEVEL);
        if bytes.len() > LONGEST {
            return zstd::bulk::compress(bytes, level).map_err(|_| failed());
        }
        let make = || Compressor::new(level).ok();
        with_context(&COMPRESSOR, make, |compressor| {
            compressor.set_compression_level(level).and_then(|()| compressor.compress(bytes)).map_err(|_| failed())
        })
    }

    // One pass into a buffer: the streaming API would allocate the window that the frame asks for, up to 128 MiB.
    pub(super) fn decompress(frame: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
        if frame.is_empty() {
            return Err(damaged());
        }
        with_context(&DECOMPRESSOR, DCtx::try_create, |context| decompress_with(context, frame, limit))
    }

    fn decompress_with(context: &mut DCtx<'_>, frame: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
        let claimed = get_frame_content_size(frame).ok().flatten().and_then(|size| usize::try_from(size).ok());
        for size in super::capacities(frame.len(), claimed, limit) {
            let mut out = Vec::with_capacity(size);
            match context.decompress(&mut out, frame) {
                // A vector may have more capacity than was requested, so the library can exceed the limit.
                Ok(length) if length > limit => return Err(CompressionError::TooLarge { limit }),
                Ok(_) => {
                    out.shrink_to_fit();
                    return Ok(out);
                }
                // The C library returns error codes negated.
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
}

#[cfg(feature = "lz4")]
mod lz4 {
    use lz4_flex::block::{DecompressError, compress_prepend_size, decompress_into};

    use super::CompressionError;

    #[allow(clippy::unnecessary_wraps, reason = "every backend has this signature")]
    pub(super) fn compress(bytes: &[u8], _: Option<i32>) -> Result<Vec<u8>, CompressionError> {
        Ok(compress_prepend_size(bytes))
    }

    // A block has no end mark: if it is cut between two of its sequences, only the length tells.
    pub(super) fn decompress(compressed: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
        let (claimed, block) = compressed.split_first_chunk().ok_or_else(damaged)?;
        let claimed = usize::try_from(u32::from_le_bytes(*claimed)).unwrap_or(usize::MAX);
        for size in super::capacities(block.len(), Some(claimed), claimed.min(limit)) {
            let mut out = vec![0; size];
            match decompress_into(block, &mut out) {
                Ok(length) if length == claimed => {
                    out.shrink_to_fit();
                    return Ok(out);
                }
                Err(DecompressError::OutputTooSmall { .. }) => {}
                Ok(_) | Err(_) => return Err(damaged()),
            }
        }
        Err(if claimed > limit { CompressionError::TooLarge { limit } } else { damaged() })
    }

    #[cold]
    fn damaged() -> CompressionError {
        CompressionError::Damaged { reason: "not an lz4 block" }
    }
}

#[cfg(feature = "gzip")]
mod gzip {
    use std::io::{Read as _, Write as _};

    use flate2::Compression;
    use flate2::read::GzDecoder;
    use flate2::write::GzEncoder;

    use super::super::algorithm::CompressionAlgorithm;
    use super::CompressionError;

    pub(super) fn compress(bytes: &[u8], level: Option<i32>) -> Result<Vec<u8>, CompressionError> {
        let failed = |_| CompressionError::Failed { algorithm: CompressionAlgorithm::Gzip };
        let level =
            level.and_then(|level| u32::try_from(level).ok()).map_or_else(Compression::default, Compression::new);
        let mut encoder = GzEncoder::new(Vec::new(), level);
        encoder.write_all(bytes).map_err(failed)?;
        encoder.finish().map_err(failed)
    }

    // Reads one member and ignores what follows it, as pydynox does.
    pub(super) fn decompress(member: &[u8], limit: usize) -> Result<Vec<u8>, CompressionError> {
        let mut out = Vec::new();
        // One byte more than the limit distinguishes a text of exactly that length from a longer one.
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        GzDecoder::new(member)
            .take(most)
            .read_to_end(&mut out)
            .map_err(|_| CompressionError::Damaged { reason: "not a gzip member" })?;
        if out.len() > limit { Err(CompressionError::TooLarge { limit }) } else { Ok(out) }
    }
}

/// The buffer capacities to try in turn: first what so many compressed bytes usually expand to, or less if the data
/// claims less; then growing, up to exactly `most`.
///
/// The claimed length can only lower the first attempt, never raise it, because it cannot be trusted.
#[cfg(any(feature = "zstd", feature = "lz4"))]
fn capacities(compressed: usize, claimed: Option<usize>, most: usize) -> impl Iterator<Item = usize> {
    // Typical text shrinks to more than a sixteenth, so most values fit the first attempt.
    const USUAL_RATIO: usize = 16;
    const SMALLEST: usize = 4 * 1024;

    let usual = compressed.saturating_mul(USUAL_RATIO).max(SMALLEST);
    let first = claimed.map_or(usual, |claimed| claimed.min(usual)).min(most);
    std::iter::successors(Some(first), move |size| (*size < most).then(|| size.saturating_mul(4).clamp(1, most)))
}

#[cfg(all(test, any(feature = "zstd", feature = "lz4")))]
mod tests {
    use super::capacities;

    #[test]
    fn a_claimed_length_only_lowers_the_first_attempt() {
        assert_eq!(capacities(10, None, 100_000).collect::<Vec<_>>(), [4_096, 16_384, 65_536, 100_000]);
        assert_eq!(capacities(1_000, Some(usize::MAX), 20_000).collect::<Vec<_>>(), [16_000, 20_000]);
        assert_eq!(capacities(1_000, Some(0), 3).collect::<Vec<_>>(), [0, 1, 3]);
        assert_eq!(capacities(usize::MAX, None, 0).collect::<Vec<_>>(), [0]);
    }
}
