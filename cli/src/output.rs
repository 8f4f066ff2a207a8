use std::fmt::{self, Display};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::Failure;

/// Where the words of a command go: results as text or as one JSON document, and remarks.
pub struct Output {
    is_json: bool,
    results: Arc<Mutex<Box<dyn Write + Send>>>,
    remarks: Mutex<Box<dyn Write + Send>>,
}

impl Output {
    /// Results and remarks to these writers; `is_json` says that results are JSON.
    pub fn new(is_json: bool, results: impl Write + Send + 'static, remarks: impl Write + Send + 'static) -> Self {
        Output { is_json, results: Arc::new(Mutex::new(Box::new(results))), remarks: Mutex::new(Box::new(remarks)) }
    }

    /// Results to standard output, remarks to standard error.
    pub(crate) fn standard(is_json: bool) -> Self {
        Self::new(is_json, io::stdout(), io::stderr())
    }

    /// Prints a result: the document where JSON is asked for, else the text.
    pub(crate) fn result(&self, document: &Value, text: impl Display) -> Result<(), Failure> {
        if self.is_json { self.print(format_args!("{document:#}")) } else { self.print(text) }
    }

    /// As [`result`](Self::result), among the remarks: for commands whose results are data.
    pub(crate) fn aside(&self, document: &Value, text: impl Display) {
        if self.is_json { self.remark(format_args!("{document:#}")) } else { self.remark(text) }
    }

    /// Prints a line of a result, where it is text.
    pub(crate) fn say(&self, line: impl Display) -> Result<(), Failure> {
        if self.is_json { Ok(()) } else { self.print(line) }
    }

    /// Takes data as it is, in the place of results.
    pub(crate) fn data(&self) -> impl Write + Send + 'static {
        Data(self.results.clone())
    }

    /// Says something beside the result.
    pub(crate) fn remark(&self, line: impl Display) {
        let mut remarks = self.remarks.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether or not it can be said, the work goes on.
        let _ = writeln!(remarks, "{line}");
    }

    fn print(&self, line: impl Display) -> Result<(), Failure> {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(results, "{line}").and_then(|()| results.flush()).map_err(unwritable)
    }
}

pub(crate) fn unwritable(error: io::Error) -> Failure {
    Failure::new("the result cannot be written").because(error)
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
