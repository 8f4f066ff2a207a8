//! Within what the values of a field are unique.

use proc_macro2::Ident;
use syn::LitStr;

use crate::errors::Errors;
use crate::setting::{Known, Once, Setting};

/// The inside of `unique(..)`.
#[derive(Default)]
pub(crate) struct Unique {
    scope: Once<Scope>,
    ignores_case: Once<()>,
}

/// The fields within whose values the value is unique, and where the user wrote them.
struct Scope {
    fields: Vec<String>,
    literal: LitStr,
}

const EXAMPLE: &str = "unique(scope = \"tenant\")";

const KNOWN: Known<Unique> = Known::new(&[&[
    ("scope", |unique, setting, errors| unique.scope.set(setting, Scope::parse(setting, errors), errors)),
    ("ignore_case", |unique, setting, errors| unique.ignores_case.mark(setting, errors)),
]]);

impl Unique {
    pub(super) fn parse(setting: &Setting, errors: &Errors) -> Self {
        let mut unique = Unique::default();
        for entry in setting.entries(true, EXAMPLE, errors).unwrap_or_default() {
            KNOWN.take(&mut unique, &entry, errors);
        }
        unique
    }

    pub(crate) fn ignores_case(&self) -> bool {
        self.ignores_case.is_set()
    }

    /// The option `ignore_case`.
    pub(crate) fn ignore_case(&self) -> Option<&Ident> {
        self.ignores_case.key()
    }

    /// The names of the fields of the scope, and where the user wrote them.
    pub(crate) fn scope(&self) -> impl Iterator<Item = (&str, &LitStr)> {
        self.scope.get().into_iter().flat_map(|scope| scope.fields.iter().map(|field| (field.as_str(), &scope.literal)))
    }
}

impl Scope {
    /// The name of a field, or several in braces.
    fn parse(setting: &Setting, errors: &Errors) -> Option<Self> {
        let literal = setting.string("tenant", errors)?;
        let text = literal.value();
        let is_template = text.contains(['{', '#']);
        let field = |part: &str| {
            let name = if is_template { part.strip_prefix('{')?.strip_suffix('}')? } else { part };
            syn::parse_str::<Ident>(name).ok().map(|_| name.to_owned())
        };
        let fields: Option<Vec<String>> = text.split('#').map(field).collect();
        if fields.is_none() {
            let fix = "write `scope = \"tenant\"` or `scope = \"{tenant}#{region}\"`";
            errors.at(&literal, format_args!("a scope is a field, or several in braces with `#` between them; {fix}"));
        }
        Some(Scope { fields: fields?, literal })
    }
}
