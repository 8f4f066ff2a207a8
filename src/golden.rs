//! What tests check with items in files: that models read them, and write them back unchanged.

use std::fmt::Display;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::result;

use crate::item::{self, same_item, same_value};
use crate::wire::Writer;
use crate::{Item, Model, Result};

/// Checks in a test that a model reads each item, and that [`to_item`](Model::to_item) returns it unchanged: a save stores no other
/// attributes, besides those that it maintains, such as a version.
///
/// Use it with items that another program wrote: [`read_items`](crate::read_items) reads them from an export.
///
/// # Panics
///
/// It panics with the number of the item, from 1, and the attribute that the model does not read or would change. The message contains no
/// values.
///
/// ```
/// # use singlet::Model;
/// #[derive(Model)]
/// #[model(table = "users", hash_key = "USER#{id}")]
/// struct User {
///     #[model(key_only)]
///     id: u32,
///     name: Option<String>,
/// }
///
/// let lines = r#"
///     {"pk": {"S": "USER#0000000001"}, "name": {"S": "Ann"}}
///     {"pk": {"S": "USER#0000000002"}}
/// "#;
/// singlet::assert_round_trip::<User>(singlet::read_items(lines.as_bytes()));
/// ```
#[track_caller]
pub fn assert_round_trip<M: Model>(items: impl IntoIterator<Item = Result<Item>>) {
    for (number, stored) in (1..).zip(items) {
        let read = stored.and_then(|stored| {
            let written = M::from_item(&stored)?.to_item()?;
            Ok((stored, written))
        });
        let (stored, written) = match read {
            Ok(items) => items,
            Err(error) => panic!("item {number}: {error}"),
        };
        let is_same = |name: &&String| match (stored.get(*name), written.get(*name)) {
            (Some(stored), Some(written)) => same_value(stored, written),
            _ => false,
        };
        if let Some(name) = stored.keys().chain(written.keys()).filter(|name| !is_same(name)).min() {
            panic!("item {number}: `{}` would store another value of `{name}`", M::SCHEMA.model);
        }
    }
}

/// Checks in a test that a model still reads the items in a file, and that the file has the items that it stores today.
///
/// The file has one item of DynamoDB's JSON on each line, as [`import`](crate::import) reads them, and belongs into version control. The test
/// fails
///
/// * if the model cannot read a line. Items of older [schemas](derive@crate::Model#schema-numbers) pass the upgrade functions;
/// * if no line equals what a save of one of the `samples` stores. The stored form has then changed. If items of the former form exist,
///   give the model a `default`, an `alias` or a new `schema`, so that the old lines can still be read. Then run the test once with the
///   environment variable `SINGLET_GOLDEN=add`, which adds the missing lines.
///
/// The path is relative to the package. Give a sample for each form that an item can have: with and without optional attributes, and with each
/// variant of an enum. Use fixed values instead of the time or random ids.
///
/// # Panics
///
/// It panics with the line or the sample and the reason, which contains no values.
///
/// ```
/// # use singlet::Model;
/// #[derive(Model)]
/// #[model(table = "users", hash_key = "USER#{id}")]
/// struct User {
///     id: u32,
///     #[model(alias = "name")]
///     full_name: String,
/// }
///
/// # let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/golden/users.jsonl");
/// # assert!(std::path::Path::new(file).exists());
/// singlet::golden_items!(User, "tests/data/golden/users.jsonl", [User { id: 1, full_name: "Ann".into() }]);
/// ```
#[macro_export]
macro_rules! golden_items {
    ($model:ty, $path:expr, [$($sample:expr),* $(,)?]) => {
        $crate::__private::v1::check_golden_items::<$model>(
            ::core::env!("CARGO_MANIFEST_DIR"),
            $path,
            &[$($sample),*],
        )
    };
}

/// What `golden_items!` does.
#[doc(hidden)]
#[track_caller]
pub fn check_golden_items<M: Model>(root: &str, path: &str, samples: &[M]) {
    let adds = std::env::var_os("SINGLET_GOLDEN").is_some_and(|value| value == "add");
    check(&Path::new(root).join(path), path, samples, adds);
}

/// Compares the samples with the items in `file`, which messages call `path`, and adds those that it lacks or fails.
#[track_caller]
fn check<M: Model>(file: &Path, path: &str, samples: &[M], adds: bool) {
    let fail = |place: &dyn Display, why: &dyn Display| panic!("{path}: {place}: {why}");
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return fail(&"the file cannot be read", &error),
    };
    let mut known: Vec<Item> = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("line {number}");
        match item::from_bytes(line.as_bytes()) {
            Ok(item) => match M::from_item(&item) {
                Ok(_) => known.push(item),
                Err(error) => fail(&place, &format!("`{}` does not read the item: {error}", M::SCHEMA.model)),
            },
            Err(fault) => fail(&place, &format!("not an item in DynamoDB's JSON: {fault}")),
        }
    }
    let mut added = String::new();
    for (number, sample) in samples.iter().enumerate() {
        let place = format!("sample {number}");
        let stored = match sample.to_item() {
            Ok(stored) => stored,
            Err(error) => return fail(&place, &error),
        };
        if known.iter().any(|item| same_item(item, &stored)) {
            continue;
        }
        if !adds {
            fail(
                &place,
                &"no line equals what is stored for it; if old items can still be read, run the test with `SINGLET_GOLDEN=add`",
            );
        }
        match line_of(sample) {
            Ok(line) => added.extend([&*line, "\n"]),
            Err(fault) => fail(&place, &fault),
        }
        known.push(stored);
    }
    if !text.is_empty() && !text.ends_with('\n') && !added.is_empty() {
        added.insert(0, '\n');
    }
    if let Err(error) = append(file, &added) {
        fail(&"the file cannot be written", &error);
    }
}

/// The item that is stored for the sample, in the model's own order of attributes, so that the file does not change by itself.
fn line_of<M: Model>(sample: &M) -> result::Result<String, String> {
    let mut writer = Writer::new();
    item::write(sample, &mut writer);
    let bytes = writer.into_bytes().map_err(|fault| fault.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// Appends lines. Another test may do so at the same time.
fn append(file: &Path, lines: &str) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).open(file)?.write_all(lines.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Model)]
    #[model(crate = crate, table = "users", hash_key = "USER#{id}")]
    struct User {
        id: u32,
    }

    #[test]
    fn each_new_form_is_added_once_on_a_line_of_its_own() {
        let file = std::env::temp_dir().join(format!("singlet-golden-{}", std::process::id()));
        let line = |id: u32| format!(r#"{{"pk":{{"S":"USER#{id:010}"}},"id":{{"N":"{id}"}}}}"#);
        fs::write(&file, line(1)).unwrap();
        let samples = [1, 2, 2, 3].map(|id| User { id });
        for _ in 0..2 {
            check(&file, "users", &samples, true);
            assert_eq!(fs::read_to_string(&file).unwrap(), [1, 2, 3].map(|id| line(id) + "\n").concat());
        }
        check(&file, "users", &samples, false);
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_an_empty_one() {
        let folder = std::env::temp_dir();
        let checked = std::panic::catch_unwind(|| check::<User>(&folder, "a folder", &[], true));
        assert!(checked.unwrap_err().downcast::<String>().unwrap().contains("cannot be read"));
    }
}
