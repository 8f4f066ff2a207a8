//! Where an export is written: a file that gets its name when it is complete, or standard output.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Failure;
use crate::output::{Output, unwritable};

/// The file or standard output that an export is written to.
pub(super) struct Destination {
    sink: Sink,
    file: Option<PartialFile>,
}

type Writer = BufWriter<Box<dyn Write + Send>>;

enum Sink {
    Plain(Writer),
    Gzip(Box<GzEncoder<Writer>>),
}

/// An incomplete file, which is removed unless it is completed.
struct PartialFile {
    path: PathBuf,
    file: File,
    target: PathBuf,
    is_complete: bool,
}

impl Destination {
    pub(super) fn open(path: &Path, overwrite: bool, is_packed: bool, output: &Output) -> Result<Self, Failure> {
        let (writer, file): (Box<dyn Write + Send>, _) = if path == Path::new("-") {
            (Box::new(output.data()), None)
        } else if let Some(kind) = fs::metadata(path).ok().filter(|about| !about.is_file()) {
            if kind.is_dir() {
                return Err(Failure::new("this is a directory, not a file").at(path.display()));
            }
            // A pipe or device is written directly, since an incomplete one cannot be mistaken for a complete file.
            (
                Box::new(File::options().write(true).open(path).map_err(|error| unwritable(error).at(path.display()))?),
                None,
            )
        } else {
            let partial = PartialFile::create(path, overwrite)?;
            let file = partial.file.try_clone().map_err(|error| unwritable(error).at(path.display()))?;
            (Box::new(file), Some(partial))
        };
        let writer = BufWriter::new(writer);
        let sink = if is_packed {
            Sink::Gzip(Box::new(GzEncoder::new(writer, Compression::default())))
        } else {
            Sink::Plain(writer)
        };
        Ok(Destination { sink, file })
    }

    /// Appends lines.
    pub(super) fn add(mut self, lines: &[u8]) -> Result<Self, Failure> {
        let added = match &mut self.sink {
            Sink::Plain(writer) => writer.write_all(lines),
            Sink::Gzip(writer) => writer.write_all(lines),
        };
        added.map_err(unwritable)?;
        Ok(self)
    }

    /// Writes the file to disk, then gives it its name.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let mut writer = match self.sink {
            Sink::Plain(writer) => writer,
            Sink::Gzip(writer) => writer.finish().map_err(unwritable)?,
        };
        writer.flush().map_err(unwritable)?;
        if let Some(file) = self.file {
            file.complete().map_err(unwritable)?;
        }
        Ok(())
    }
}

impl PartialFile {
    fn create(target: &Path, overwrite: bool) -> Result<Self, Failure> {
        let at = |failure: Failure| failure.at(target.display());
        if !overwrite && target.exists() {
            return Err(at(Failure::new("the file exists; use --overwrite to replace it")));
        }
        let Some(name) = target.file_name() else { return Err(at(Failure::new("this is not a file name"))) };
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".partial-{}", std::process::id()));
        // In the same directory, because only a rename within one file system is atomic.
        let path = target.with_file_name(hidden);
        let file = File::create(&path).map_err(|error| at(unwritable(error)))?;
        Ok(PartialFile { path, file, target: target.to_owned(), is_complete: false })
    }

    fn complete(mut self) -> io::Result<()> {
        // Otherwise a power failure could leave an incomplete file with the complete name.
        self.file.sync_all()?;
        fs::rename(&self.path, &self.target)?;
        self.is_complete = true;
        Ok(())
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.is_complete {
            // If it cannot be removed, its name still says what it is.
            let _ = fs::remove_file(&self.path);
        }
    }
}
