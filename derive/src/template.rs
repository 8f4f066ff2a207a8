//! The grammar of key templates: `"ORDER#{placed_at}#{id:06}"`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::errors::Errors;
use crate::hint::similar;

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
    /// The names of the fields inside of it, as in `{address.city}`.
    pub(crate) inside: Vec<String>,
    /// Whether it is optional, as in `{due?}`.
    pub(crate) is_optional: bool,
    pub(crate) format: KeyFormat,
}

impl Placeholder {
    /// The names with dots between them.
    pub(crate) fn path(&self) -> String {
        dotted(&self.field, &self.inside)
    }
}

/// The names of a field and of the fields inside of it, as a placeholder has them.
pub(crate) fn dotted(field: &str, inside: &[String]) -> String {
    let mut path = field.to_owned();
    for name in inside {
        path.push('.');
        path.push_str(name);
    }
    path
}

/// The format that follows the colon of a placeholder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum KeyFormat {
    Sorted,
    Plain,
    Width(u8),
    /// Digits of a second.
    Fraction(u8),
    Date,
    Seconds,
    Millis,
    Lower,
    Upper,
    Simple,
}

/// The formats that are words.
const NAMED: [(&str, KeyFormat); 7] = [
    ("plain", KeyFormat::Plain),
    ("date", KeyFormat::Date),
    ("seconds", KeyFormat::Seconds),
    ("millis", KeyFormat::Millis),
    ("lower", KeyFormat::Lower),
    ("upper", KeyFormat::Upper),
    ("simple", KeyFormat::Simple),
];

impl KeyFormat {
    /// As the runtime's `KeyFormat`.
    pub(crate) fn runtime(self) -> TokenStream {
        match self {
            KeyFormat::Sorted => quote!(__rt::KeyFormat::Sorted),
            KeyFormat::Plain => quote!(__rt::KeyFormat::Plain),
            KeyFormat::Width(width) => quote!(__rt::KeyFormat::Width(#width)),
            KeyFormat::Fraction(digits) => quote!(__rt::KeyFormat::Fraction(#digits)),
            KeyFormat::Date => quote!(__rt::KeyFormat::Date),
            KeyFormat::Seconds => quote!(__rt::KeyFormat::Seconds),
            KeyFormat::Millis => quote!(__rt::KeyFormat::Millis),
            KeyFormat::Lower => quote!(__rt::KeyFormat::Lower),
            KeyFormat::Upper => quote!(__rt::KeyFormat::Upper),
            KeyFormat::Simple => quote!(__rt::KeyFormat::Simple),
        }
    }

    /// What follows the colon.
    pub(crate) fn text(self) -> String {
        match self {
            KeyFormat::Width(width) => format!("0{width}"),
            KeyFormat::Fraction(digits) => format!(".{digits}"),
            named => NAMED.iter().find(|(_, format)| *format == named).map_or("", |(name, _)| name).to_owned(),
        }
    }

    /// What it is for, as in "is for a number".
    pub(crate) fn purpose(self) -> &'static str {
        match self {
            KeyFormat::Sorted => "every value",
            KeyFormat::Plain => "a number",
            KeyFormat::Width(_) => "an integer",
            KeyFormat::Fraction(_) => "a time",
            KeyFormat::Date => "a date and time",
            KeyFormat::Seconds | KeyFormat::Millis => "a date and time with an offset",
            KeyFormat::Lower => "a text",
            KeyFormat::Upper => "a text or UUID",
            KeyFormat::Simple => "a UUID",
        }
    }

    /// How much of a value is lost, for comparison with other formats; 0 if one text stands for one value. The runtime's
    /// `is_lossy` decides the same.
    pub(crate) fn loss(self) -> u8 {
        match self {
            KeyFormat::Sorted | KeyFormat::Plain | KeyFormat::Width(_) | KeyFormat::Simple => 0,
            KeyFormat::Lower | KeyFormat::Upper => 1,
            KeyFormat::Fraction(digits) => 9_u8.saturating_sub(digits),
            KeyFormat::Millis => 6,
            KeyFormat::Seconds => 9,
            KeyFormat::Date => 10,
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
    Err(format!("text between placeholders contains `#`; write `{{{}}}#{{{}}}`", previous.path(), next.path()))
}

fn placeholder(inside: &str) -> Result<Placeholder, String> {
    let (path, format) = match inside.split_once(':') {
        Some((path, format)) => (path, Some(format)),
        None => (inside, None),
    };
    let is_name = |name: &str| {
        syn::parse_str::<syn::Ident>(name).is_ok() || syn::parse_str::<syn::Ident>(&format!("r#{name}")).is_ok()
    };
    if let Some(format) = format.and_then(|format| format.strip_suffix('?')) {
        return Err(format!("the `?` of a placeholder stands after the field; write `{{{path}?:{format}}}`"));
    }
    let (path, is_optional) = path.strip_suffix('?').map_or((path, false), |path| (path, true));
    if !path.split('.').all(is_name) {
        return Err(format!("placeholder `{{{inside}}}` names no field; write the name of a field in the braces"));
    }
    let format = match format {
        None => KeyFormat::Sorted,
        Some(format) => key_format(format).ok_or_else(|| {
            let hint = similar(format, NAMED.map(|(name, _)| name));
            format!("placeholder `{{{inside}}}` has an unknown format; write `{{{path}}}`, `{{{path}:06}}` for six digits (1 to 39), `{{{path}:.3}}` for three digits of a second (0 to 9), or one of `plain`, `date`, `seconds`, `millis`, `lower`, `upper` and `simple`{hint}")
        })?,
    };
    let mut names = path.split('.').map(str::to_owned);
    Ok(Placeholder { field: names.next().unwrap_or_default(), inside: names.collect(), is_optional, format })
}

fn key_format(text: &str) -> Option<KeyFormat> {
    let number = |prefix| {
        let digits = text.strip_prefix(prefix).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
        digits.parse::<u8>().ok()
    };
    let named = NAMED.iter().find(|(name, _)| *name == text).map(|(_, format)| *format);
    named
        .or_else(|| number('0').filter(|width| (1..=39).contains(width)).map(KeyFormat::Width))
        .or_else(|| number('.').filter(|digits| *digits <= 9).map(KeyFormat::Fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Segment {
        Segment::Literal(text.into())
    }

    fn field(field: &str, format: KeyFormat) -> Segment {
        Segment::Placeholder(Placeholder { field: field.into(), inside: Vec::new(), is_optional: false, format })
    }

    #[test]
    fn placeholders_may_name_nested_fields() {
        let nested = Placeholder {
            field: "address".into(),
            inside: vec!["geo".into(), "type".into()],
            is_optional: false,
            format: KeyFormat::Fraction(3),
        };
        assert_eq!(nested.path(), "address.geo.type");
        assert_eq!(segments("{address.geo.type:.3}"), Ok(vec![Segment::Placeholder(nested)]));
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
    fn a_question_mark_after_the_field_makes_it_optional() {
        let due = |format| Placeholder { field: "due".into(), inside: Vec::new(), is_optional: true, format };
        assert_eq!(segments("{due?}"), Ok(vec![Segment::Placeholder(due(KeyFormat::Sorted))]));
        assert_eq!(segments("{due?:06}"), Ok(vec![Segment::Placeholder(due(KeyFormat::Width(6)))]));
        for text in ["{?}", "{due??}", "{?due}", "{due:06?}", "{due:?}", "{due?:}"] {
            assert!(segments(text).is_err(), "{text}");
        }
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
            "{id:0+6}", "{a.}", "{.a}", "{a..b}", "{a.0}", "{a.b c}",
        ] {
            assert!(segments(text).is_err(), "{text}");
        }
        assert_eq!(segments("{id:039}"), Ok(vec![field("id", KeyFormat::Width(39))]));
    }
}
