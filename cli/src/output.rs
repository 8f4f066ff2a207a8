//! Where commands write: results as text or JSON, and notes beside them.

use std::fmt::{self, Display};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::Failure;
use crate::escape::Shown;

/// The output of a command: results, as text or as one JSON document, and notes.
pub struct Output {
    is_json: bool,
    results: Arc<Mutex<Box<dyn Write + Send>>>,
    notes: Mutex<Box<dyn Write + Send>>,
}

impl Output {
    /// Writes results and notes to these writers. `is_json` selects JSON results.
    pub fn new(is_json: bool, results: impl Write + Send + 'static, notes: impl Write + Send + 'static) -> Self {
        Output { is_json, results: Arc::new(Mutex::new(Box::new(results))), notes: Mutex::new(Box::new(notes)) }
    }

    /// Writes results to standard output and notes to standard error.
    pub(crate) fn standard(is_json: bool) -> Self {
        Self::new(is_json, io::stdout(), io::stderr())
    }

    /// Writes a result: the document with `--json`, otherwise the text.
    pub(crate) fn result(&self, document: &Value, text: impl Display) -> Result<(), Failure> {
        if self.is_json { self.print(format_args!("{document:#}")) } else { self.print(Shown(text)) }
    }

    /// Like [`result`](Self::result), but as a note, for commands whose results are data.
    pub(crate) fn summary(&self, document: &Value, text: impl Display) {
        if self.is_json { self.write_note(format_args!("{document:#}")) } else { self.note(text) }
    }

    /// Writes a line of progress, unless results are JSON.
    pub(crate) fn progress_text(&self, line: impl Display) -> Result<(), Failure> {
        if self.is_json { Ok(()) } else { self.print(Shown(line)) }
    }

    /// A writer for data instead of results.
    pub(crate) fn data(&self) -> impl Write + Send + 'static {
        Data(self.results.clone())
    }

    /// Writes a line beside the result.
    pub(crate) fn note(&self, line: impl Display) {
        self.write_note(Shown(line));
    }

    fn write_note(&self, line: impl Display) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        // A closed standard error must not end the command.
        let _ = writeln!(notes, "{line}");
    }

    fn print(&self, line: impl Display) -> Result<(), Failure> {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        // Flushed, so that a pipe shows each line at once.
        match writeln!(results, "{line}").and_then(|()| results.flush()) {
            // The reader has closed the pipe, as after `| head -1`. The command still ends with the exit code of what it has found.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(unwritable),
        }
    }
}

/// The failure of a write of data. If nobody reads the data any more, the command stops quietly.
pub(crate) fn unwritable(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::closed_pipe();
    }
    Failure::new("the result cannot be written").with_cause(error)
}

struct Data(Arc<Mutex<Box<dyn Write + Send>>>);

impl Write for Data {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("is_json", &self.is_json).finish_non_exhaustive()
    }
}
