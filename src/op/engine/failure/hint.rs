//! Hints for the most common validation errors of DynamoDB.

/// A part of the service's message, and the hint that errors with it show. Only the hint is shown: the message may contain
/// values.
const HINTS: [(&str, &str); 15] = [
    (
        "document path provided in the update expression is invalid",
        "a map or list on the path does not exist in the stored item; `create_parents` creates maps",
    ),
    (
        "expression refers to an attribute that does not exist",
        "the update computes with an attribute that the stored item lacks",
    ),
    ("incorrect data type", "a stored attribute has another type than the update needs"),
    ("Incorrect operand type", "an operator or function is used with a type that it does not support"),
    ("Cannot update attribute", "an update cannot change a key attribute; delete the item and create another"),
    (
        "key element does not match the schema",
        "the keys of the model and the table differ; compare them with `verify_table`",
    ),
    ("Type mismatch for key", "a key attribute has another type in the table; compare them with `verify_table`"),
    ("Type mismatch for Index Key", "a key attribute has another type in the index; compare them with `verify_table`"),
    ("Missing the key", "the keys of the model and the table differ; compare them with `verify_table`"),
    (
        "Query condition missed key schema element",
        "the keys of the model and the table differ; compare them with `verify_table`",
    ),
    ("does not have the specified index", "the table lacks the index; compare them with `verify_table`"),
    (
        "can only contain non-primary key attributes",
        "a filter cannot use the key attributes that the query reads; narrow the range of the query instead",
    ),
    ("Item size to update has exceeded", "the item would be larger than 400 KB"),
    ("Item size has exceeded", "the item is larger than 400 KB"),
    ("Nesting Levels have exceeded", "the item nests deeper than 32 levels"),
];

/// The hint for a message of the service, if it is known.
pub(super) fn of(message: &str) -> Option<&'static str> {
    HINTS.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| *hint)
}
