//! The text of an [`Error`]: its message with the context, and its `Debug` form.
//!
//! Neither contains a key or a value of an item.

use std::error::Error as StdError;
use std::fmt;

use crate::{Error, ErrorKind};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.write_str(&inner.message)?;
        let mut separator = " (";
        for (label, text) in
            [("model", inner.model), ("table", inner.table.as_deref()), ("attribute", inner.attribute.as_deref())]
        {
            if let Some(text) = text {
                write!(f, "{separator}{label} `{text}`")?;
                separator = ", ";
            }
        }
        if separator == ", " { f.write_str(")") } else { Ok(()) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind).field("message", &inner.message);
        if let Some(model) = inner.model {
            out.field("model", &model);
        }
        if let Some(table) = &inner.table {
            out.field("table", table);
        }
        if let Some(attribute) = &inner.attribute {
            out.field("attribute", attribute);
        }
        if let Some(source) = &inner.source {
            // The causes are shown only for kinds whose source is never an error of the service. Such an error may contain a
            // whole response, and its message may repeat a value.
            let says_all =
                matches!(inner.kind, ErrorKind::Hook | ErrorKind::Input | ErrorKind::Timeout | ErrorKind::Connection);
            if says_all {
                out.field("source", &format_args!("{}", DisplayChain(&**source)));
            } else {
                out.field("source", &format_args!("{source}"));
            }
        }
        out.finish_non_exhaustive()
    }
}

struct DisplayChain<'a>(&'a (dyn StdError + 'static));

impl fmt::Display for DisplayChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_follows_the_message() {
        let error = Error::new(ErrorKind::Decode, "expected S, found N")
            .with_model("Customer")
            .with_table("shop")
            .with_attribute("address.city");
        assert_eq!(error.to_string(), "expected S, found N (model `Customer`, table `shop`, attribute `address.city`)");
    }
}
