//! `singlet inspect`: samples a table and writes its models as a Rust module, with a test of every sampled item.

mod entities;
mod keys;
mod module;
mod names;
mod plan;
mod sample;
mod shape;
mod subject;
mod types;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::escape::Inline;
use crate::{Exit, Failure, Session, line};
use plan::Plan;
use subject::Sampled;

pub(crate) use subject::Subject;

/// `singlet inspect`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Samples the items of a table, or of a file that `singlet import` accepts, and finds entities, types, optional attributes, \
nested structures, sets, and the templates of keys and index keys. Entities are told apart by the entity attribute, \
otherwise by the literal beginnings of their keys.

Writes a Rust module with `Table`, `Model` and `Attribute` derives, and the sampled items to a file beside it. A test in the \
module reads every sampled item and writes it back unchanged. The second file contains stored values: check it before you \
commit it. What the module does not express is a comment in it, and a line of the summary.

A file of items needs a definition of its table, by options or by --definition, unless it is a model of NoSQL Workbench.

  singlet inspect shop --out src/shop.rs
  singlet inspect shop --items shop.jsonl.gz --hash-key pk --range-key sk --out src/shop.rs")]
pub struct Inspect {
    #[command(flatten)]
    subject: Subject,

    /// The module to write; by default, the name of the table with the ending `.rs`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Replace the files if they exist
    #[arg(long)]
    overwrite: bool,
}

impl Inspect {
    /// Whether the command sends no request.
    pub(crate) fn is_offline(&self) -> bool {
        self.subject.is_offline()
    }

    pub(crate) async fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let out =
            self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.rs", names::module(&self.subject.table))));
        let sample_file = out.with_extension("sample.jsonl");
        self.check_files(&out, &sample_file)?;
        self.subject.check()?;
        let mut files = [&out, &sample_file].into_iter();
        if let Some(file) = files.find(|file| !self.overwrite && file.exists()) {
            return Err(Failure::usage("the file exists; use --overwrite to replace it").at(file.display()));
        }
        let Sampled { plan, definition: _, count, units } = self.subject.sampled(session).await?;
        let sample_name = sample_file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        write(&out, module::text(&plan, &self.subject.table, &sample_name).as_bytes())?;
        write(&sample_file, &lines(&plan)?)?;
        let models = plan.models.iter().map(|model| json!({ "name": model.name, "items": model.items.len() }));
        let document = json!({
            "table": self.subject.table,
            "module": out.display().to_string(),
            "sample": sample_file.display().to_string(),
            "items": count,
            "capacity_units": units,
            "entity": plan.entity,
            "models": models.collect::<Vec<_>>(),
            "not_expressed": plan.notes,
        });
        session.output.result(&document, summary(&plan, &out, &sample_file, units))?;
        Ok(Exit::Done)
    }

    /// Checks that no file is written that is read.
    fn check_files(&self, out: &Path, sample_file: &Path) -> Result<(), Failure> {
        if out.file_name().is_none() || out == sample_file {
            return Err(Failure::usage("--out does not name a file").at(out.display()));
        }
        for read in self.subject.files().filter_map(|path| fs::canonicalize(path).ok()) {
            let is_read = |file: &&Path| fs::canonicalize(file).is_ok_and(|file| file == read);
            if let Some(file) = [out, sample_file].into_iter().find(is_read) {
                return Err(Failure::usage("the command would replace the file that it reads").at(file.display()));
            }
        }
        Ok(())
    }
}

fn lines(plan: &Plan) -> Result<Vec<u8>, Failure> {
    let mut lines = Vec::new();
    for model in &plan.models {
        // Sorted, because a scan returns items in no particular order.
        let mut own = Vec::new();
        for item in &model.items {
            let mut text = Vec::new();
            line::write(item, &mut text)?;
            own.push(text);
        }
        own.sort();
        lines.extend(own.concat());
    }
    Ok(lines)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes)),
        None => fs::write(path, bytes),
    };
    written.map_err(|error| Failure::new("the file cannot be written").with_cause(error).at(path.display()))
}

fn summary(plan: &Plan, out: &Path, sample: &Path, units: f64) -> String {
    let entity = match &plan.entity {
        Some(entity) => format!("by the attribute `{}`", Inline(entity)),
        None => "by the beginnings of their keys".to_owned(),
    };
    let mut lines = vec![format!("entities are told apart {entity}")];
    lines.extend(plan.models.iter().map(|model| format!("{:<6} {}", model.items.len(), model.name)));
    lines.extend(plan.notes.iter().map(|note| format!("not expressed: {}", Inline(note))));
    lines.push(format!("wrote {}", Inline(out.display())));
    lines.push(format!("wrote {}, which contains stored values; {units} capacity units", Inline(sample.display())));
    lines.join("\n")
}
