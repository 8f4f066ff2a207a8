//! The settings of `compressed(..)`, and the options that they become.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::errors::Errors;
use crate::hint::similar;
use crate::setting::{Known, Once, Setting};

/// The settings of `compressed(..)`.
#[derive(Clone)]
pub(crate) struct Compression {
    settings: Vec<TokenStream>,
    is_binary: bool,
}

const EXAMPLE: &str = "compressed(algorithm = \"lz4\", min_size = 200)";
const KNOWN: Known<Given> = Known::new(&[&[
    ("algorithm", |given, entry, errors| given.algorithm.set(entry, algorithm(entry, errors), errors)),
    ("level", |given, entry, errors| given.level.set(entry, level(entry, errors), errors)),
    ("min_size", |given, entry, errors| given.min_size.set(entry, min_size(entry, errors), errors)),
    ("threshold", |given, entry, errors| given.threshold.set(entry, threshold(entry, errors), errors)),
    ("binary", |given, entry, errors| given.binary.set(entry, entry.switch(errors), errors)),
]]);

/// The calls that the settings become.
#[derive(Default)]
struct Given {
    algorithm: Once<(&'static str, TokenStream)>,
    level: Once<(i32, Expr)>,
    min_size: Once<TokenStream>,
    threshold: Once<TokenStream>,
    binary: Once<bool>,
}

impl Compression {
    pub(super) fn parse(setting: &Setting, errors: &Errors) -> Self {
        let mut given = Given::default();
        for entry in setting.entries(true, EXAMPLE, errors).unwrap_or_default() {
            KNOWN.take(&mut given, &entry, errors);
        }
        let Given { algorithm, level, min_size, threshold, binary } = given;
        let (name, algorithm) = algorithm.into_inner().unzip();
        let level = level.into_inner().and_then(|(level, expr)| {
            check_level(name.unwrap_or("zstd"), level, &expr, errors).then(|| quote!(.level(#expr)))
        });
        let is_binary = binary.into_inner().unwrap_or(false);
        let binary = is_binary.then(|| quote!(.binary(true)));
        let others = [min_size, threshold].map(Once::into_inner);
        let settings = [algorithm, level, binary].into_iter().chain(others).flatten().collect();
        Compression { settings, is_binary }
    }

    /// DynamoDB's name for the type of a compressed value.
    pub(crate) fn stored_type(&self) -> &'static str {
        if self.is_binary { "B" } else { "S" }
    }

    /// The runtime's options.
    pub(crate) fn runtime(&self) -> TokenStream {
        let settings = &self.settings;
        quote!(__rt::CompressionOptions::new()#(#settings)*)
    }
}

/// The levels of an algorithm, as in the table of the library's `CompressionAlgorithm`.
fn check_level(algorithm: &str, level: i32, expr: &Expr, errors: &Errors) -> bool {
    let (lowest, highest) = match algorithm {
        "gzip" => (0, 9),
        "zstd" => (-131_072, 22),
        _ => {
            errors.at(expr, format_args!("`{algorithm}` has no levels; remove `level`"));
            return false;
        }
    };
    let is_valid = (lowest..=highest).contains(&level);
    if !is_valid {
        errors.at(expr, format_args!("the levels of `{algorithm}` are {lowest} to {highest}"));
    }
    is_valid
}

fn algorithm(entry: &Setting, errors: &Errors) -> Option<(&'static str, TokenStream)> {
    let literal = entry.string("lz4", errors)?;
    let name = literal.value();
    let (name, variant) = match name.as_str() {
        "zstd" => ("zstd", quote!(Zstd)),
        "lz4" => ("lz4", quote!(Lz4)),
        "gzip" => ("gzip", quote!(Gzip)),
        _ => {
            let hint = similar(&name, ["zstd", "lz4", "gzip"]);
            errors.at(&literal, format_args!("unknown algorithm `{name}`{hint} (known here: zstd, lz4, gzip)"));
            return None;
        }
    };
    Some((name, quote!(.algorithm(__rt::CompressionAlgorithm::#variant))))
}

fn level(entry: &Setting, errors: &Errors) -> Option<(i32, Expr)> {
    let expr = entry.expr("3", errors)?;
    let number = match expr {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => integer::<i32>(expr).map(|level| -level),
        expr => integer::<i32>(expr),
    };
    if number.is_none() {
        errors.at(expr, "`level` is a whole number; write `level = 3`");
    }
    number.map(|number| (number, expr.clone()))
}

fn min_size(entry: &Setting, errors: &Errors) -> Option<TokenStream> {
    let expr = entry.expr("200", errors)?;
    let bytes = integer::<u32>(expr);
    if bytes.is_none() {
        errors.at(expr, "`min_size` is a number of bytes; write `min_size = 200`");
    }
    bytes.map(|_| quote!(.min_size(#expr)))
}

fn threshold(entry: &Setting, errors: &Errors) -> Option<TokenStream> {
    let expr = entry.expr("0.9", errors)?;
    let ratio = match expr {
        Expr::Lit(ExprLit { lit: Lit::Float(lit), .. }) => lit.base10_parse::<f64>().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => lit.base10_parse::<u8>().ok().map(f64::from),
        _ => None,
    };
    match ratio {
        Some(ratio) if ratio > 0.0 && ratio <= 1.0 => Some(quote!(.threshold(#ratio))),
        _ => {
            errors.at(expr, "`threshold` is a ratio above 0 and up to 1; write `threshold = 0.9`");
            None
        }
    }
}

fn integer<T: std::str::FromStr<Err: std::fmt::Display>>(expr: &Expr) -> Option<T> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => lit.base10_parse().ok(),
        _ => None,
    }
}
