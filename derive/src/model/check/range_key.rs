//! The rules of the templates of range keys: they sort as their values do, and only their last part is optional.

use crate::errors::Errors;
use crate::model::ir::{KeySource, KeyTemplate, Model, Piece};

/// A key may end before its last part if this is the end of a range key, and if its text says whether there is a value.
pub(super) fn optional_parts(model: &Model, errors: &Errors) {
    let ranges = |source: &KeySource| model.range_key.as_ref().is_some_and(|range| std::ptr::eq(range, source));
    for source in model.primary() {
        optional_part(model, source, ranges(source), &[], errors);
    }
    for index in &model.indexes {
        let others: Vec<&KeySource> = index.keys().map(|key| &key.source).collect();
        for key in index.keys() {
            let is_last = index.range_key.last().is_some_and(|last| std::ptr::eq(last, key));
            optional_part(model, &key.source, is_last, &others, errors);
        }
    }
}

/// The rules of one key. `is_last` states whether it is the last attribute of a range key, and `keys` are those of its index.
fn optional_part(model: &Model, source: &KeySource, is_last: bool, keys: &[&KeySource], errors: &Errors) {
    let Some((template, part)) = source.template().and_then(|template| Some((template, template.optional()?))) else {
        return;
    };
    let field = &model.fields[part];
    let name = &field.ident;
    let is_elsewhere = |other: &&KeySource| !std::ptr::eq(*other, source) && other.parts().contains(&part);
    let repeats = template.pieces.iter().filter(|piece| matches!(piece, Piece::Part { field, .. } if *field == part));
    let rule = if !is_last {
        "is optional, and only the last part of a range key can be; remove the `?`".to_owned()
    } else if !matches!(template.pieces.last(), Some(Piece::Part { is_optional: true, .. })) {
        "is optional, so the key ends with it; write it last, without text after it, or remove the `?`".to_owned()
    } else if field.optional().is_none() {
        "is optional, and the field is not an `Option`; make it one, or remove the `?`".to_owned()
    } else if !matches!(template.pieces.iter().rev().nth(1), Some(Piece::Literal(text)) if text.ends_with('#')) {
        format!(
            "is optional, and the text before it ends with `#`, so that no other key begins with it; write `#{{{name}?}}`"
        )
    } else if model.is_index_only(part) {
        "is optional, and only keys of indexes hold the field, so items without the value would not have these keys; remove the `?`"
            .to_owned()
    } else if repeats.count() > 1 || keys.iter().any(is_elsewhere) {
        "is optional, and these keys need the field in another place; remove the `?`, or the other placeholder"
            .to_owned()
    } else {
        return;
    };
    errors.at(&template.literal, format_args!("placeholder `{{{name}?}}` {rule}"));
}

/// Range keys sort as their values do if the text after a value is less than every text in a value.
pub(super) fn sorts(template: &KeyTemplate, errors: &Errors) {
    for pair in template.pieces.windows(2) {
        if let [Piece::Part { .. } | Piece::Nested { .. }, Piece::Literal(text)] = pair
            && !text.starts_with('#')
        {
            let message = format!(
                "text after a placeholder of a range key begins with `#`, which sorts before every value; write `#{text}`"
            );
            errors.at(&template.literal, message);
        }
    }
}
