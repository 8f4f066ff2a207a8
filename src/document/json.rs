//! JSON documents with an order of their own, so that a file changes only where the table does.

use std::fmt;

use crate::wire::json_text;

/// A JSON value.
#[derive(Debug, Clone)]
pub(super) enum Json {
    Text(String),
    Bool(bool),
    Number(u64),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
    /// An object whose names are data.
    Named(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Json::Text(text.into())
    }

    pub(super) fn list(values: impl IntoIterator<Item = Json>) -> Self {
        Json::List(values.into_iter().collect())
    }

    fn write(&self, out: &mut Vec<u8>, depth: usize) {
        match self {
            Json::Text(text) => json_text(out, text),
            Json::Bool(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Json::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Json::List(values) => {
                let entries = values.iter().map(|value| (None, value));
                write_entries(out, depth, [b'[', b']'], entries);
            }
            Json::Object(entries) => {
                write_entries(out, depth, [b'{', b'}'], entries.iter().map(|(name, value)| (Some(*name), value)));
            }
            Json::Named(entries) => {
                write_entries(out, depth, [b'{', b'}'], entries.iter().map(|(name, value)| (Some(&**name), value)));
            }
        }
    }
}

fn write_entries<'a>(
    out: &mut Vec<u8>,
    depth: usize,
    [open, close]: [u8; 2],
    entries: impl Iterator<Item = (Option<&'a str>, &'a Json)>,
) {
    out.push(open);
    let mut is_empty = true;
    for (name, value) in entries {
        if !is_empty {
            out.push(b',');
        }
        is_empty = false;
        new_line(out, depth + 1);
        if let Some(name) = name {
            json_text(out, name);
            out.extend_from_slice(b": ");
        }
        value.write(out, depth + 1);
    }
    if !is_empty {
        new_line(out, depth);
    }
    out.push(close);
}

fn new_line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len() + 2 * depth, b' ');
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Vec::new();
        self.write(&mut out, 0);
        out.push(b'\n');
        f.write_str(&String::from_utf8_lossy(&out))
    }
}
