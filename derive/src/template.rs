//! The grammar of key templates: `"ORDER#{placed_at}#{id:06}"`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::errors::Errors;

/// A key template: literal text and placeholders.
pub(crate) struct Template {
    /// The string in the attribute, to point at.
    pub(crate) literal: LitStr,
    pub(crate) segments: Vec<Segment>,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Segment {
    Literal(String),
    Placeholder(Placeholder),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Placeholder {
    /// The name of the field, as it is in the braces.
    pub(crate) field: String,
    pub(crate) padding: KeyFormat,
}

/// The format that follows the colon of a placeholder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum KeyFormat {
    Sorted,
    Plain,
    Width(u8),
}

impl KeyFormat {
    /// As the runtime's `KeyFormat`.
    pub(crate) fn runtime(self) -> TokenStream {
        match self {
            KeyFormat::Sorted => quote!(__rt::KeyFormat::Sorted),
            KeyFormat::Plain => quote!(__rt::KeyFormat::Plain),
            KeyFormat::Width(width) => quote!(__rt::KeyFormat::Width(#width)),
        }
    }
}

impl Template {
    pub(crate) fn parse(literal: LitStr, errors: &Errors) -> Option<Self> {
        match segments(&literal.value()) {
            Ok(segments) => Some(Template { literal, segments }),
            Err(message) => {
                errors.at(&literal, message);
                None
            }
        }
    }
}

/// The segments of a template, with literal texts joined; or the rule it breaks.
fn segments(text: &str) -> Result<Vec<Segment>, String> {
    let mut segments = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
        } else if brace == "}" {
            return Err("a `}` of a key template closes a placeholder; write `}}` for the character".into());
        } else {
            let Some((inside, after)) = rest.split_once('}') else {
                return Err(format!(
                    "placeholder `{{{rest}` is not closed; write `}}` after it, or `{{{{` for the character"
                ));
            };
            let placeholder = placeholder(inside)?;
            push_literal(&mut segments, &mut literal);
            check_separator(&segments, &placeholder)?;
            segments.push(Segment::Placeholder(placeholder));
            rest = after;
        }
    }
    literal.push_str(rest);
    push_literal(&mut segments, &mut literal);
    if segments.is_empty() {
        return Err("a key template is not empty, as DynamoDB has no empty keys; write text or a placeholder".into());
    }
    Ok(segments)
}

fn push_literal(segments: &mut Vec<Segment>, literal: &mut String) {
    if !literal.is_empty() {
        segments.push(Segment::Literal(std::mem::take(literal)));
    }
}

/// Without the separator between them, `("a", "bc")` and `("ab", "c")` would be one key.
fn check_separator(before: &[Segment], next: &Placeholder) -> Result<(), String> {
    let (previous, separated) = match before {
        [.., Segment::Placeholder(previous)] => (previous, false),
        [.., Segment::Placeholder(previous), Segment::Literal(text)] => (previous, text.contains('#')),
        _ => return Ok(()),
    };
    if separated {
        return Ok(());
    }
    Err(format!("text between placeholders contains `#`; write `{{{}}}#{{{}}}`", previous.field, next.field))
}

fn placeholder(inside: &str) -> Result<Placeholder, String> {
    let (field, format) = match inside.split_once(':') {
        Some((field, format)) => (field, Some(format)),
        None => (inside, None),
    };
    if syn::parse_str::<syn::Ident>(field).is_err() && syn::parse_str::<syn::Ident>(&format!("r#{field}")).is_err() {
        return Err(format!("placeholder `{{{inside}}}` names no field; write the name of a field in the braces"));
    }
    let padding = match format {
        None => KeyFormat::Sorted,
        Some("plain") => KeyFormat::Plain,
        Some(format) => KeyFormat::Width(width(format).ok_or_else(|| {
            format!("placeholder `{{{inside}}}` has an unknown format; write `{{{field}}}`, `{{{field}:plain}}`, or `{{{field}:06}}` for six digits (1 to 39)")
        })?),
    };
    Ok(Placeholder { field: field.to_owned(), padding })
}

fn width(format: &str) -> Option<u8> {
    let digits = format.strip_prefix('0').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
    digits.parse().ok().filter(|width| (1..=39).contains(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Segment {
        Segment::Literal(text.into())
    }

    fn field(field: &str, padding: KeyFormat) -> Segment {
        Segment::Placeholder(Placeholder { field: field.into(), padding })
    }

    #[test]
    fn text_and_placeholders_alternate() {
        assert_eq!(segments("PROFILE"), Ok(vec![literal("PROFILE")]));
        assert_eq!(
            segments("ORDER#{placed_at}#{id:06}#{n:plain}!"),
            Ok(vec![
                literal("ORDER#"),
                field("placed_at", KeyFormat::Sorted),
                literal("#"),
                field("id", KeyFormat::Width(6)),
                literal("#"),
                field("n", KeyFormat::Plain),
                literal("!"),
            ])
        );
        assert_eq!(segments("{type}"), Ok(vec![field("type", KeyFormat::Sorted)]));
    }

    #[test]
    fn doubled_braces_are_text() {
        assert_eq!(segments("a{{b}}c"), Ok(vec![literal("a{b}c")]));
        assert_eq!(segments("{{{id}}}"), Ok(vec![literal("{"), field("id", KeyFormat::Sorted), literal("}")]));
    }

    #[test]
    fn placeholders_are_separated() {
        assert!(segments("{a}{b}").is_err());
        assert!(segments("{a}-{b}").is_err());
        assert!(segments("{a}-#-{b}").is_ok());
    }

    #[test]
    fn broken_templates_are_refused() {
        for text in [
            "", "{", "{id", "id}", "{}", "{:06}", "{a b}", "{id:}", "{id:6}", "{id:0}", "{id:00}", "{id:040}",
            "{id:0+6}",
        ] {
            assert!(segments(text).is_err(), "{text}");
        }
        assert_eq!(segments("{id:039}"), Ok(vec![field("id", KeyFormat::Width(39))]));
    }
}
