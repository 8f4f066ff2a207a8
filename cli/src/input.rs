use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use crate::Failure;

/// What a file that is compressed with gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file, or standard input where the path is `-`; unpacked where it is compressed with gzip, whatever its name.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Failure> {
    open_counted(path).map(|input| input.lines)
}

/// An input, and how much of it was read.
pub(crate) struct Input {
    pub(crate) lines: Box<dyn BufRead + Send>,
    /// Bytes read so far, as they are stored.
    pub(crate) read: Arc<AtomicU64>,
    /// Bytes in the file; `None` for standard input.
    pub(crate) total: Option<u64>,
}

pub(crate) fn open_counted(path: &Path) -> Result<Input, Failure> {
    let unreadable = |error| Failure::new("the file cannot be opened").because(error).at(path.display());
    if path == Path::new("-") {
        return unpacked(io::stdin(), None).map_err(unreadable);
    }
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(Failure::new("a directory is no file").at(path.display()));
    }
    unpacked(file, Some(about.len()).filter(|_| about.is_file())).map_err(unreadable)
}

fn unpacked(source: impl Read + Send + 'static, total: Option<u64>) -> io::Result<Input> {
    let read = Arc::new(AtomicU64::new(0));
    let mut source = BufReader::with_capacity(64 * 1024, Counted { source, read: read.clone() });
    let is_packed = source.fill_buf()?.starts_with(&GZIP);
    let lines: Box<dyn BufRead + Send> =
        if is_packed { Box::new(BufReader::new(MultiGzDecoder::new(source))) } else { Box::new(source) };
    Ok(Input { lines, read, total })
}

/// Counts what is read.
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
