//! Opens input files: plain or gzip, or standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use serde_json::Value;

use crate::Failure;

/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Opens a file, or standard input if the path is `-`. Decompresses gzip, which is recognized by its content.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Failure> {
    open_counted(path).map(|input| input.lines)
}

/// Parses a document, which may begin with a byte order mark.
pub(crate) fn json(document: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document))
}

/// An input and its progress.
pub(crate) struct Input {
    pub(crate) lines: Box<dyn BufRead + Send>,
    /// The number of bytes read so far, before decompression.
    pub(crate) read: Arc<AtomicU64>,
    /// The size of the file in bytes, or `None` for standard input.
    pub(crate) total: Option<u64>,
}

pub(crate) fn open_counted(path: &Path) -> Result<Input, Failure> {
    let unreadable = |error| Failure::new("the file cannot be opened").with_cause(error).at(path.display());
    if path == Path::new("-") {
        return decompressed(io::stdin(), None).map_err(unreadable);
    }
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(Failure::new("this is a directory, not a file").at(path.display()));
    }
    decompressed(file, Some(about.len()).filter(|_| about.is_file())).map_err(unreadable)
}

fn decompressed(source: impl Read + Send + 'static, total: Option<u64>) -> io::Result<Input> {
    let read = Arc::new(AtomicU64::new(0));
    let mut source = BufReader::with_capacity(64 * 1024, Counted { source, read: read.clone() });
    // Looks at the first bytes without consuming them.
    let is_gzip = source.fill_buf()?.starts_with(&GZIP);
    let lines: Box<dyn BufRead + Send> =
        if is_gzip { Box::new(BufReader::new(MultiGzDecoder::new(source))) } else { Box::new(source) };
    Ok(Input { lines, read, total })
}

/// Counts the bytes that are read.
struct Counted<R> {
    source: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
