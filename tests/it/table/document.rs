//! Tables as documents: the definitions agree with what `create_table` sends, and names are data.

use serde_json::{Value, json};
use singlet::tables::{DocumentFormat, TableDocument};
use singlet::{Attribute, Client, Model, Table};
use time::OffsetDateTime;

#[derive(Table)]
#[table(name = "depot", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(
    name = "byOwner-2",
    hash_key = "owner",
    range_key = "size",
    range_key_type = "N",
    include("a", "_type")
))]
#[table(index(name = "by_place", hash_key("country", "city"), range_key("zip", "placed"), projection = "keys_only"))]
#[table(index(name = "by_rank", local, range_key = "rank"))]
#[table(index(name = "by_type", hash_key = "_type", range_key = "owner"))]
struct Depot;

#[derive(Debug, PartialEq, Attribute)]
enum Color {
    Red,
}

#[derive(Model)]
#[model(table = Depot, hash_key = "BOX#{id}", range_key = "AT#{placed}#{color}#{part:04}")]
#[model(index("byOwner-2", hash_key = owner, range_key = size), index(by_type, hash_key = "Crate", range_key = owner))]
#[model(index(by_rank, range_key = "{{{rank_of:plain}", when = is_red(lid)))]
struct Crate {
    id: String,
    placed: OffsetDateTime,
    color: Color,
    part: u16,
    owner: String,
    size: u64,
    rank_of: i32,
    lid: Color,
}

fn is_red(lid: &Color) -> bool {
    *lid == Color::Red
}

#[derive(Table)]
#[table(name = "odd", hash_key = "${id}", index(name = "by_a", hash_key = "<a>|`&`"))]
struct Odd;

#[derive(Model)]
#[model(table = Odd, index(by_a, hash_key = "<{a}|>"))]
struct Oddity {
    #[model(hash_key, rename = "${id}")]
    id: String,
    a: String,
}

/// A key attribute whose name is markup, as a field.
#[derive(Model)]
#[model(table = Odd, index(by_a, hash_key = a))]
struct Markup {
    #[model(hash_key, rename = "${id}")]
    id: String,
    #[model(rename = "<a>|`&`")]
    a: String,
}

/// Models and collections of other modules, with the names of those in `later`.
mod earlier {
    use super::Depot;

    #[derive(singlet::Model)]
    #[model(table = Depot, hash_key = "BOX#{id}", range_key = "LABEL")]
    pub(super) struct Label {
        id: String,
    }

    #[derive(singlet::Collection)]
    pub(super) struct Labels {
        #[allow(dead_code, reason = "only the schema is used")]
        label: Vec<Label>,
    }
}

mod later {
    use super::Depot;

    #[derive(singlet::Model)]
    #[model(table = Depot, hash_key = "SHELF#{id}", range_key = "LABEL")]
    pub(super) struct Label {
        id: String,
    }

    #[derive(singlet::Collection)]
    pub(super) struct Labels {
        #[allow(dead_code, reason = "only the schema is used")]
        label: Vec<Label>,
    }
}

fn depot() -> TableDocument<Depot> {
    TableDocument::new().model::<Crate>()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What `create_table` sends, which is the definition in DynamoDB's own form.
fn created<T: Table>(provisioned: Option<(u64, u64)>) -> Value {
    let create = T::create_table().client(&Client::embedded());
    let create = match provisioned {
        Some((read, write)) => create.provisioned(read, write),
        None => create,
    };
    parsed(create.explain().unwrap().body())
}

#[test]
fn a_cloud_formation_template_is_what_create_table_sends() {
    for provisioned in [None, Some((10, 5))] {
        for (template, mut request, ttl) in [
            (with(depot(), provisioned), created::<Depot>(provisioned), json!("expires_at")),
            (with(TableDocument::<Odd>::new(), provisioned), created::<Odd>(provisioned), Value::Null),
        ] {
            let resources = parsed(&template)["Resources"].take();
            let (_, resource) = resources.as_object().unwrap().iter().next().unwrap();
            assert_eq!(resource["Type"], "AWS::DynamoDB::Table");
            // A change of the template never deletes items.
            assert_eq!(
                (&resource["DeletionPolicy"], &resource["UpdateReplacePolicy"]),
                (&json!("Retain"), &json!("Retain"))
            );
            let mut properties = resource["Properties"].clone();
            let declared = properties.as_object_mut().unwrap().remove("TimeToLiveSpecification");
            let expected = (!ttl.is_null()).then(|| json!({ "AttributeName": ttl, "Enabled": true }));
            assert_eq!(declared, expected);
            for list in ["AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
                assert_eq!(properties[list].take(), request[list].take(), "{list}");
            }
            assert_eq!(properties, request);
        }
    }
}

fn with<T: Table>(document: TableDocument<T>, provisioned: Option<(u64, u64)>) -> String {
    let document = match provisioned {
        Some((read, write)) => document.provisioned(read, write),
        None => document,
    };
    document.render(DocumentFormat::CloudFormation)
}

#[test]
fn a_terraform_configuration_has_keys_indexes_and_ttl() {
    let document = parsed(&depot().table_name("depot-eu").render(DocumentFormat::Terraform));
    let table = &document["resource"]["aws_dynamodb_table"]["depot"];
    assert_eq!(
        (&table["name"], &table["hash_key"], &table["range_key"]),
        (&json!("depot-eu"), &json!("pk"), &json!("sk"))
    );
    assert_eq!(table["ttl"], json!({ "attribute_name": "expires_at", "enabled": true }));
    assert_eq!(table["attribute"].as_array().unwrap().len(), 10);
    assert_eq!(
        table["global_secondary_index"][0],
        json!({
            "name": "byOwner-2", "hash_key": "owner", "range_key": "size",
            "projection_type": "INCLUDE", "non_key_attributes": ["a", "_type"],
        })
    );
    assert_eq!(
        table["global_secondary_index"][1]["key_schema"][2],
        json!({ "attribute_name": "zip", "key_type": "RANGE" })
    );
    assert_eq!(
        table["local_secondary_index"],
        json!([{ "name": "by_rank", "range_key": "rank", "projection_type": "ALL" }])
    );
    // `${` would begin an expression.
    let odd = parsed(&TableDocument::<Odd>::new().render(DocumentFormat::Terraform));
    assert_eq!(odd["resource"]["aws_dynamodb_table"]["odd"]["hash_key"], "$${id}");
}

#[test]
fn a_workbench_model_has_facets_and_sample_items() {
    let model = parsed(&depot().render(DocumentFormat::Workbench));
    let table = &model["DataModel"][0];
    let facet = &table["TableFacets"][0];
    assert_eq!(facet["FacetName"], "Crate");
    assert_eq!(
        facet["KeyAttributeAlias"],
        json!({ "PartitionKeyAlias": "BOX#{id}", "SortKeyAlias": "AT#{placed}#{color}#{part:04}" })
    );
    let sample = &table["TableData"][0];
    assert_eq!(sample["pk"], json!({ "S": "BOX#id-1" }));
    assert_eq!(sample["sk"], json!({ "S": "AT#2026-01-31T09:30:00.000000000Z#{color}#0042" }));
    assert_eq!((&sample["size"], &sample["_type"]), (&json!({ "N": "42" }), &json!({ "S": "Crate" })));
    let types = table["NonKeyAttributes"].as_array().unwrap();
    let has = |name: &str, ty: &str| types.contains(&json!({ "AttributeName": name, "AttributeType": ty }));
    assert!(has("size", "N") && has("owner", "S") && has("color", "S") && has("expires_at", "N"), "{types:?}");
    let indexes: Vec<_> = table["GlobalSecondaryIndexes"].as_array().unwrap().iter().map(|i| &i["IndexName"]).collect();
    assert_eq!(indexes, ["byOwner-2", "by_type"]);
}

#[test]
fn a_chart_lists_keys_examples_and_access_patterns() {
    let chart = depot().render(DocumentFormat::Markdown);
    for line in [
        "# Table `depot`",
        "- Keys: `pk` (S), `sk` (S)",
        "- TTL: `expires_at`",
        "| entity | `pk` | `sk` | notes |",
        "## Local index `by_rank`",
        "- Holds the keys and `a`, `_type`",
        "| `Crate` | `{owner}`<br>`owner-1` | `{size}`<br>`42` |",
        "| every `Crate` by `owner`, in the order of `size` | `Crate::index(Depot::BY_OWNER_2).query(owner)` | `owner` = `{owner}` |",
        "| `Crate` | `Crate` | `{owner}`<br>`owner-1` |",
        "| `Crate`<br>if a function of `lid` says so | `BOX#{id}`<br>`BOX#id-1` | `{{{rank_of:plain}`<br>`{42` |",
    ] {
        assert!(chart.lines().any(|found| found == line), "{line}\n{chart}");
    }
    assert!(chart.contains("`{{{rank_of:plain}`<br>`{42`"), "{chart}");
    assert!(chart.contains("| `Crate::get((id, placed, color, part))` | `pk` = `BOX#{id}`<br>"), "{chart}");
}

#[test]
fn names_add_no_markup_to_a_chart() {
    let odd = TableDocument::<Odd>::new().model::<Oddity>().model::<Markup>();
    let chart = odd.render(DocumentFormat::Markdown);
    assert!(chart.contains("| entity | `` <a>\\|`&` `` |"), "{chart}");
    assert!(chart.contains("| every `Markup` by `` <a>\\|`&` `` |"), "{chart}");
    // Outside of a table, a pipe in a code span is itself.
    assert!(chart.contains("\n- Keys: `` <a>|`&` `` (S)\n"), "{chart}");
    // Every row has as many cells as its head: pipes in names split none.
    for block in chart.split("\n\n").filter(|block| block.starts_with('|')) {
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let counts: Vec<_> = block.lines().map(cells).collect();
        assert!(counts.iter().all(|count| *count == counts[0]), "{block}");
    }
    let page = odd.render(DocumentFormat::Html);
    assert!(page.contains("<code>&lt;a&gt;|`&amp;`</code>") && page.contains("<code>&lt;{a}|&gt;</code>"), "{page}");
    assert!(!page.contains("<a>") && page.ends_with("</html>\n"));
}

#[test]
fn a_model_is_listed_once() {
    let chart = depot().model::<Crate>().render(DocumentFormat::Markdown);
    assert_eq!(chart, depot().render(DocumentFormat::Markdown));
    let labels = || TableDocument::<Depot>::new().collection::<earlier::Labels>();
    assert_eq!(
        labels().model::<earlier::Label>().collection::<earlier::Labels>().render(DocumentFormat::Markdown),
        labels().render(DocumentFormat::Markdown)
    );
}

#[test]
fn models_with_one_name_are_all_listed() {
    let labels = || TableDocument::<Depot>::new().model::<earlier::Label>().model::<later::Label>();
    let chart = labels().render(DocumentFormat::Markdown);
    for key in ["`BOX#{id}`", "`SHELF#{id}`"] {
        assert!(chart.contains(&format!("| `Label` | {key}<br>")), "{key}: {chart}");
    }
    let model = parsed(&labels().render(DocumentFormat::Workbench));
    let facets = model["DataModel"][0]["TableFacets"].as_array().unwrap().iter().map(|facet| &facet["FacetName"]);
    assert_eq!(facets.collect::<Vec<_>>(), ["Label", "Label_2"]);
    let both = TableDocument::<Depot>::new().collection::<earlier::Labels>().collection::<later::Labels>();
    let chart = both.render(DocumentFormat::Markdown);
    assert_eq!(chart.matches("`Labels::query(id)`").count(), 2, "{chart}");
}
