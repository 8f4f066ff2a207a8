//! The sampled items: from a scan of the table, or from a file.

use std::io::{self, BufRead, Read as _};
use std::path::Path;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use serde_json::{Map, Value, json};
use singlet::{Item, read_items};

use super::shape::normalized;
use crate::{Failure, Session, input};

/// How many segments a scan is spread over, so that the sample is not the items of a few partitions.
const SEGMENTS: usize = 8;

/// Items, and the read capacity units that they consumed.
#[derive(Debug, Default)]
pub(super) struct SampledItems {
    pub(super) items: Vec<Item>,
    pub(super) units: f64,
}

/// Scans the table until each segment has given its share.
pub(super) async fn of_table(session: &Session, table: &str, most: usize) -> Result<SampledItems, Failure> {
    let mut sample = SampledItems::default();
    for segment in 0..SEGMENTS {
        // What a segment lacks is taken from the next ones.
        let share = most.saturating_sub(sample.items.len()).div_ceil(SEGMENTS - segment);
        let mut wanted = share;
        let mut start = None;
        while wanted > 0 {
            let scan =
                session.client.sdk().scan().table_name(table).return_consumed_capacity(ReturnConsumedCapacity::Total);
            let scan = scan.segment(number(segment)).total_segments(number(SEGMENTS)).limit(number(wanted));
            let page = scan.set_exclusive_start_key(start).send().await;
            let page =
                page.map_err(|error| Failure::from_sdk(format_args!("table `{table}` cannot be scanned"), &error))?;
            sample.units += page.consumed_capacity.and_then(|capacity| capacity.capacity_units).unwrap_or_default();
            let items = page.items.unwrap_or_default();
            wanted -= items.len().min(wanted);
            sample.items.extend(items.into_iter().map(normalized_item));
            start = page.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                break;
            }
        }
    }
    Ok(sample)
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A file with items.
pub(super) enum ItemFile {
    /// One that `import` accepts.
    Items(Box<dyn BufRead + Send>),
    /// A model of NoSQL Workbench.
    Model(Value),
}

/// Opens a file once, because a pipe can be read only once.
pub(super) fn open(path: &Path) -> Result<ItemFile, Failure> {
    opened(input::open(path)?)
        .map_err(|error| Failure::new("the file cannot be read").with_cause(error).at(path.display()))
}

fn opened(mut file: Box<dyn BufRead + Send>) -> io::Result<ItemFile> {
    let mut head = Vec::new();
    (&mut file).take(512).read_to_end(&mut head)?;
    let is_likely_model = begins_model(&head);
    let mut whole = io::Cursor::new(head).chain(file);
    if !is_likely_model {
        return Ok(ItemFile::Items(Box::new(whole)));
    }
    let mut text = Vec::new();
    whole.read_to_end(&mut text)?;
    let model: Option<Value> = input::json(&text).ok();
    Ok(match model.filter(|model| model["DataModel"].is_array()) {
        Some(model) => ItemFile::Model(model),
        // An item may have attributes of these names.
        None => ItemFile::Items(Box::new(io::Cursor::new(text))),
    })
}

/// Whether a file may be a model of NoSQL Workbench: its first member is one of a model's.
fn begins_model(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let members = text.trim_start_matches('\u{feff}').trim_start().strip_prefix('{').unwrap_or_default().trim_start();
    ["\"ModelName\"", "\"ModelMetadata\"", "\"DataModel\""].iter().any(|name| members.starts_with(name))
}

/// Reads the items of a file.
pub(super) fn of_lines(lines: impl BufRead + Send, most: usize) -> Result<SampledItems, Failure> {
    let items = read_items(lines).take(most).map(|item| item.map(normalized_item)).collect::<Result<_, _>>()?;
    Ok(SampledItems { items, units: 0.0 })
}

/// The sample items of a table in a model of NoSQL Workbench.
pub(super) fn of_model(model: &Value, table: &str, most: usize) -> Result<SampledItems, Failure> {
    let lines: Vec<_> = workbench_items(model, table).iter().map(Value::to_string).collect();
    of_lines(lines.join("\n").as_bytes(), most)
}

fn normalized_item(item: Item) -> Item {
    item.into_iter().map(|(name, value)| (name, normalized(value))).collect()
}

/// The sample items in a model of NoSQL Workbench: those of the table and those of its facets.
fn workbench_items(model: &Value, name: &str) -> Vec<Value> {
    let tables = model["DataModel"].as_array().map_or(&[][..], |tables| tables);
    let Some(table) = tables.iter().find(|table| table["TableName"] == name) else {
        return Vec::new();
    };
    let facets = table["TableFacets"].as_array().into_iter().flatten();
    let lists = std::iter::once(&table["TableData"]).chain(facets.map(|facet| &facet["TableData"]));
    let mut items: Vec<Value> = Vec::new();
    for item in lists.filter_map(Value::as_array).flatten().filter_map(Value::as_object) {
        let item = Value::Object(item.iter().map(|(name, value)| (name.clone(), typed(value))).collect());
        if !items.contains(&item) {
            items.push(item);
        }
    }
    items
}

/// A value in DynamoDB's JSON. Workbench keeps the contents of maps and lists as plain JSON, or in DynamoDB's.
fn typed(value: &Value) -> Value {
    if let Some((tag, content)) =
        value.as_object().filter(|members| members.len() == 1).and_then(|members| members.iter().next())
    {
        let texts = |content: &Value| {
            content.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string))
        };
        match (&**tag, content) {
            ("S" | "B", Value::String(_)) | ("BOOL", Value::Bool(_)) | ("NULL", Value::Bool(true)) => {
                return value.clone();
            }
            ("N", Value::String(digits)) if digits.parse::<singlet::Number>().is_ok() => return value.clone(),
            ("N", Value::Number(number)) => return json!({ "N": number.to_string() }),
            ("SS" | "NS" | "BS", content) if texts(content) => return value.clone(),
            ("L", Value::Array(list)) => return json!({ "L": list.iter().map(typed).collect::<Vec<_>>() }),
            ("M", Value::Object(map)) => return json!({ "M": typed_entries(map) }),
            _ => {}
        }
    }
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(value) => json!({ "BOOL": value }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(list) => json!({ "L": list.iter().map(typed).collect::<Vec<_>>() }),
        Value::Object(map) => json!({ "M": typed_entries(map) }),
    }
}

fn typed_entries(map: &Map<String, Value>) -> Value {
    Value::Object(map.iter().map(|(name, value)| (name.clone(), typed(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that gives one byte at a time, and cannot be opened again.
    struct Pipe(&'static [u8]);

    impl io::Read for Pipe {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(1);
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    fn file(text: &'static str) -> ItemFile {
        opened(Box::new(io::BufReader::new(Pipe(text.as_bytes())))).unwrap()
    }

    #[test]
    fn a_pipe_is_read_whole_and_once() {
        for text in [
            "{\"pk\":{\"S\":\"a\"}}\n{\"pk\":{\"S\":\"b\"}}\n",
            "{\"ModelName\":{\"S\":\"a\"}}\n{\"ModelName\":{\"S\":\"b\"}}\n",
            "{\"DataModel\":{\"S\":\"a\"}}\n{\"DataModel\":{\"S\":\"b\"}}\n",
            "{\"Items\":[{\"DataModel\":{\"S\":\"a\"}},{\"pk\":{\"S\":\"b\"}}]}",
        ] {
            let ItemFile::Items(lines) = file(text) else { panic!("{text}") };
            assert_eq!(of_lines(lines, 9).unwrap().items.len(), 2, "{text}");
        }
        for text in ["\u{feff} { \"ModelName\": \"shop\", \"DataModel\": []}", "{\"DataModel\":[{}]}"] {
            assert!(matches!(file(text), ItemFile::Model(_)), "{text}");
        }
    }
}
