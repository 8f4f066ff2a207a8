use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Failure;
use crate::output::{Output, unwritable};

/// Where an export goes: a file that has its name only once it is whole, or standard output.
pub(super) struct Destination {
    sink: Sink,
    file: Option<Partial>,
}

type Writer = BufWriter<Box<dyn Write + Send>>;

enum Sink {
    Plain(Writer),
    Gzip(Box<GzEncoder<Writer>>),
}

/// A file in the making, removed unless it is completed.
struct Partial {
    path: PathBuf,
    file: File,
    whole: PathBuf,
    is_whole: bool,
}

impl Destination {
    pub(super) fn open(path: &Path, overwrite: bool, is_packed: bool, output: &Output) -> Result<Self, Failure> {
        let (writer, file): (Box<dyn Write + Send>, _) = if path == Path::new("-") {
            (Box::new(output.data()), None)
        } else if let Some(kind) = fs::metadata(path).ok().filter(|about| !about.is_file()) {
            if kind.is_dir() {
                return Err(Failure::new("a directory is no file").at(path.display()));
            }
            // A pipe or a device has no partial state to hide.
            (
                Box::new(File::options().write(true).open(path).map_err(|error| unwritable(error).at(path.display()))?),
                None,
            )
        } else {
            let partial = Partial::begin(path, overwrite)?;
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

    /// With these lines behind what it has.
    pub(super) fn add(mut self, lines: &[u8]) -> Result<Self, Failure> {
        let added = match &mut self.sink {
            Sink::Plain(writer) => writer.write_all(lines),
            Sink::Gzip(writer) => writer.write_all(lines),
        };
        added.map_err(unwritable)?;
        Ok(self)
    }

    /// Gives the file its name, once it is on the disk.
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

impl Partial {
    fn begin(whole: &Path, overwrite: bool) -> Result<Self, Failure> {
        let at = |failure: Failure| failure.at(whole.display());
        if !overwrite && whole.exists() {
            return Err(at(Failure::new("the file exists; --overwrite replaces it")));
        }
        let Some(name) = whole.file_name() else { return Err(at(Failure::new("this is no name of a file"))) };
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".partial-{}", std::process::id()));
        let path = whole.with_file_name(hidden);
        let file = File::create(&path).map_err(|error| at(unwritable(error)))?;
        Ok(Partial { path, file, whole: whole.to_owned(), is_whole: false })
    }

    fn complete(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, &self.whole)?;
        self.is_whole = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_whole {
            // It is left behind where it cannot be removed; its name says what it is.
            let _ = fs::remove_file(&self.path);
        }
    }
}
