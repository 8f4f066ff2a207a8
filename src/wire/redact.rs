//! Hides the values of sensitive attributes in the JSON that `explain` shows.

use super::Reader;
use super::reader::Parsed;

/// Replaces the value of every member with one of these names, at any depth. A text that is not JSON is replaced as a
/// whole.
pub(crate) fn redact(json: &str, names: &[&str]) -> String {
    let mut out = String::with_capacity(json.len());
    match try_redact(json, names, &mut out) {
        Ok(()) => out,
        Err(_) => REPLACEMENT.to_owned(),
    }
}

const REPLACEMENT: &str = "\"<sensitive>\"";

fn try_redact(json: &str, names: &[&str], out: &mut String) -> Parsed<()> {
    let mut reader = Reader::new(json.as_bytes())?;
    let mut copied = 0;
    redact_value(&mut reader, json, names, out, &mut copied)?;
    out.push_str(&json[copied..]);
    Ok(())
}

fn redact_value(
    reader: &mut Reader<'_>,
    json: &str,
    names: &[&str],
    out: &mut String,
    copied: &mut usize,
) -> Parsed<()> {
    if reader.at_list() {
        let mut more = reader.open_list()?;
        while more {
            redact_value(reader, json, names, out, copied)?;
            more = reader.more_elements()?;
        }
        return Ok(());
    }
    if !reader.at_map() {
        return reader.skip();
    }
    let mut more = reader.open_map()?;
    while more {
        let is_named = names.contains(&&*reader.key()?);
        if is_named {
            let value = reader.span(Reader::skip)?;
            out.push_str(&json[*copied..value.start]);
            out.push_str(REPLACEMENT);
            // What is between two replaced values is copied in one piece.
            *copied = value.end;
        } else {
            redact_value(reader, json, names, out, copied)?;
        }
        more = reader.more_entries()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn replaces_named_members_at_any_depth() {
        let json = r#"{"Item":{"pk":{"S":"a"},"token":{"S":"secret"}},"L":[{"token":1},2],"n":"token"}"#;
        let shown = redact(json, &["token"]);
        assert_eq!(
            shown,
            r#"{"Item":{"pk":{"S":"a"},"token":"<sensitive>"},"L":[{"token":"<sensitive>"},2],"n":"token"}"#
        );
    }

    #[test]
    fn shows_nothing_of_what_it_cannot_read() {
        assert_eq!(redact("{secret", &["x"]), "\"<sensitive>\"");
    }
}
