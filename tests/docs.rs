//! Checks the documentation: the pages in Markdown name only files that exist, and the reference has examples.

#[path = "docs/examples.rs"]
mod examples;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// The pages in Markdown that a contributor reads.
fn pages() -> Vec<String> {
    let mut pages =
        ["README.md", "DESIGN.md", "CONTRIBUTING.md", "COMPARE.md", "CHANGELOG.md"].map(str::to_owned).to_vec();
    pages.extend(["cli/README.md", "localstack/README.md", "examples/lambda/README.md"].map(str::to_owned));
    pages.push("src/docs/SUMMARY.md".to_owned());
    let topics = fs::read_dir(root().join("docs/design")).expect("the pages of the design");
    pages.extend(topics.map(|page| format!("docs/design/{}", page.unwrap().file_name().to_str().unwrap())));
    pages
}

/// The targets of the links in a page, without anchors.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    targets.map(|target| target.split('#').next().unwrap_or_default())
}

/// The Rust files that a text names in backticks.
fn files(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|path| {
        Path::new(path).extension().is_some_and(|extension| extension == "rs") && !path.contains([' ', '*', '<'])
    })
}

fn assert_none(what: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{what}:\n{}", broken.join("\n"));
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let mut broken = Vec::new();
    let mut count = 0;
    for page in pages() {
        let folder = root().join(&page).parent().map(PathBuf::from).unwrap_or_default();
        for link in links(&read(&page)).filter(|link| !link.is_empty() && !link.contains("://")) {
            count += 1;
            if !folder.join(link).exists() {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(count > 50, "only {count} links were found");
    assert_none("links to files that do not exist", &broken);
}

#[test]
fn the_path_of_a_request_names_files_that_exist() {
    let design = read("DESIGN.md");
    let (_, travel) = design.split_once("## How a request travels").expect("the section");
    let (travel, _) = travel.split_once("\n## ").expect("a section after it");
    let (library, derive) = travel.split_once("### A derive").expect("the part about the derive");
    let mut broken = Vec::new();
    for (folder, text) in [("src", library), ("derive/src", derive)] {
        let paths: Vec<&str> = files(text).collect();
        assert!(paths.len() > 10, "only {} paths of {folder} were found", paths.len());
        // A file that was named with its folder may be named again without it.
        let exists = |path: &&str| {
            root().join(folder).join(path).is_file() || paths.iter().any(|other| other.ends_with(&format!("/{path}")))
        };
        broken.extend(paths.iter().filter(|path| !exists(path)).map(|path| format!("{folder}/{path}")));
    }
    assert_none("DESIGN.md names files that do not exist", &broken);
}

#[test]
fn the_table_of_additions_names_files_that_exist() {
    let contributing = read("CONTRIBUTING.md");
    let (_, table) = contributing.split_once("## Add something").expect("the section");
    let (table, _) = table.split_once("\n## ").expect("a section after it");
    let quoted: Vec<&str> = table.split('`').skip(1).step_by(2).filter(|path| path.contains('/')).collect();
    assert!(quoted.len() > 20, "only {} paths were found", quoted.len());
    let broken: Vec<_> = quoted.into_iter().filter(|path| !root().join(path).exists()).map(str::to_owned).collect();
    assert_none("CONTRIBUTING.md names files that do not exist", &broken);
}

#[test]
fn the_site_contains_every_guide() {
    let summary = read("src/docs/SUMMARY.md");
    let listed: Vec<&str> = links(&summary).collect();
    assert!(listed.len() > 25, "only {} pages were found", listed.len());
    let mut missing = Vec::new();
    for module in ["src/guide.rs", "src/guide/coming_from.rs", "src/guide/recipes.rs"] {
        let source = read(module);
        let pages = source.split("docs/").skip(1).filter_map(|rest| rest.split_once("\")")).map(|(page, _)| page);
        missing.extend(pages.filter(|page| !listed.contains(page)).map(|page| format!("{module}: {page}")));
    }
    assert_none("guides that src/docs/SUMMARY.md does not list", &missing);
}

#[test]
fn every_option_of_an_operation_has_an_example() {
    let methods = examples::methods(&root().join("src"));
    let options: Vec<_> = methods.into_iter().filter(|method| method.is_option).collect();
    assert!(options.len() > 80, "only {} options were found", options.len());
    let bare: Vec<_> = options.into_iter().filter(|option| !option.has_example).map(|option| option.place).collect();
    assert_none("options without an example that runs", &bare);
}

#[test]
fn half_of_the_public_methods_of_each_module_have_an_example() {
    let mut modules: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    for method in examples::methods(&root().join("src")) {
        let (count, bare) = modules.entry(method.module).or_default();
        *count += 1;
        if !method.has_example {
            bare.push(method.place);
        }
    }
    let (count, bare) =
        modules.values().fold((0, 0), |(count, bare), module| (count + module.0, bare + module.1.len()));
    println!("{} of {count} public methods have an example", count - bare);
    assert!(count > 400, "only {count} public methods were found");
    let poor = modules.into_iter().filter(|(_, (count, bare))| 2 * bare.len() > *count);
    let broken: Vec<_> = poor
        .map(|(module, (count, bare))| format!("{module}: {} of {count}\n  {}", count - bare.len(), bare.join("\n  ")))
        .collect();
    assert_none("modules in which fewer than half of the public methods have an example", &broken);
}

#[test]
fn the_recipes_show_the_models_that_they_use() {
    let (shown, used) = (read("src/docs/recipes/index.md"), read("src/docs/recipes/shop.in"));
    let models = |text: &str| {
        let (_, models) = text.split_once("#[derive(Table)]").expect("the models");
        models
            .split("```")
            .next()
            .and_then(|models| models.split("/// Runs a recipe").next())
            .map(|models| models.trim().to_owned())
    };
    assert_eq!(models(&shown), models(&used));
}
