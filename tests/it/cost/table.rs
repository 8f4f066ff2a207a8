//! `TableCosts`: what it says is what the service bills, and its hints are true.

use singlet::tables::{AccessPattern, TableCosts, TableDefinition, TableDocument};
use singlet::{Cost, CostHint, ErrorKind, Model, Result, TTLAttribute, Table, transact_get, transact_write};

use super::run;
use crate::stand;

#[derive(Table)]
#[table(name = "files", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "everything", hash_key = "kind"))]
#[table(index(name = "keys", hash_key = "kind", projection = "keys_only"))]
#[table(index(name = "notes", hash_key = "owner", include("note", "_type")))]
struct Files;

#[derive(Debug, Clone, Model)]
#[model(table = Files, hash_key = "OWNER#{owner}", range_key = "FILE#{number:06}")]
#[model(index(everything, hash_key = kind), index(keys, hash_key = kind), index(notes, hash_key = owner))]
#[model(ttl = "30m", refresh_after = 0, expired = "hide")]
struct File {
    owner: String,
    number: u32,
    kind: Option<String>,
    note: String,
    text: String,
    expires_at: Option<TTLAttribute>,
}

fn file(number: u32, bytes: usize) -> File {
    let expires_at = Some(TTLAttribute::from_epoch_seconds(stand::START + 1_800));
    let text = "x".repeat(bytes);
    File { owner: "ann".into(), number, kind: Some("text".into()), note: "a".into(), text, expires_at }
}

async fn units<T>(operation: impl IntoFuture<Output = Result<T>>) -> (f64, f64) {
    let (result, Cost { read, write, .. }) = singlet::measure_cost(operation.into_future()).await;
    result.unwrap();
    (read, write)
}

#[tokio::test]
async fn the_units_are_those_that_the_service_bills() {
    run(async |_, _| {
        for bytes in [100, 900, 1_500, 4_000, 20_000] {
            Files::create_table().await.unwrap();
            let costs = TableDocument::<Files>::new().model::<File>().costs().sample(&file(1, bytes)).unwrap();
            let said = |pattern: AccessPattern| {
                let row = costs.rows().into_iter().find(|row| row.pattern == pattern).unwrap();
                (row.read, row.write + row.index_write)
            };
            for number in 1..10 {
                file(number, bytes).save().await.unwrap();
            }
            assert_eq!(said(AccessPattern::Create), units(file(10, bytes).create()).await, "{bytes}");
            let get = || File::get(("ann", 1)).refresh_ttl(false);
            assert_eq!(said(AccessPattern::Get), units(get()).await, "{bytes}");
            assert_eq!(said(AccessPattern::TransactGet), units(transact_get((get(),))).await, "{bytes}");
            let query = File::query("ann").refresh_ttl(false);
            assert_eq!(said(AccessPattern::Query), units(query).await, "{bytes}");
            let of = |index: &str| said(AccessPattern::QueryIndex { index: index.to_owned() });
            let everything = File::index(Files::EVERYTHING).query("text").refresh_ttl(false);
            assert_eq!(of("everything"), units(everything).await, "{bytes}");
            // Entries without the expiry are looked up in the table, which a model that returns expired items does not do.
            let keys = Listed::index(Files::KEYS).query("text").keys();
            assert_eq!(of("keys"), units(keys).await, "{bytes}");
            assert_eq!(of("notes"), units(Listed::index(Files::NOTES).query("ann").keys()).await, "{bytes}");
            let update = File::update(("ann", 1)).set(|f| f.note, "b").refresh_ttl(false);
            assert_eq!(said(AccessPattern::Update), units(update).await, "{bytes}");
            assert_eq!(said(AccessPattern::Delete), units(File::delete_by_key(("ann", 1))).await, "{bytes}");
            let mut again = file(1, bytes);
            let create = transact_write().write(again.create());
            assert_eq!(said(AccessPattern::TransactWrite), units(create).await, "{bytes}");
            Files::delete_table().confirm("files").await.unwrap();
        }
    })
    .await;
}

/// The same items, without hiding.
#[derive(Debug, Model)]
#[model(table = Files, entity_name = "File", hash_key = "OWNER#{owner}", range_key = "FILE#{number:06}")]
#[model(index(keys, hash_key = kind), index(notes, hash_key = owner))]
struct Listed {
    owner: String,
    #[model(key_only)]
    number: u32,
    kind: Option<String>,
}

#[tokio::test]
async fn samples_give_averages_whether_as_values_or_as_items() {
    stand::run(async |stand| {
        Files::create_table().await.unwrap();
        // Of 1, 3 and 6 units; the last one is in one of the three indexes.
        let mut files = [file(1, 100), file(2, 2_500), File { kind: None, ..file(3, 5_200) }];
        let mut costs = TableDocument::<Files>::new().model::<File>().costs();
        for file in &mut files {
            file.save().await.unwrap();
            costs = costs.sample(file).unwrap();
        }
        let rows = costs.rows();
        let row = |pattern| rows.iter().find(|row| row.pattern == pattern).unwrap();
        assert!((row(AccessPattern::Create).write - 10.0 / 3.0).abs() < 1e-9);
        // Entries of 1 and 3 units with all attributes, and of one unit in the others.
        assert!((row(AccessPattern::Create).index_write - (4.0 + 2.0 + 3.0) / 3.0).abs() < 1e-9);
        assert!((row(AccessPattern::Update).index_write - (4.0 + 3.0) / 3.0).abs() < 1e-9);
        let items = stand.stored("files").await;
        let definition = TableDefinition::new("pk", singlet::key::KeyType::S);
        let definition = definition.range_key("sk", singlet::key::KeyType::S).ttl("expires_at");
        let definition = indexes().into_iter().fold(definition, TableDefinition::index);
        let of_items = TableCosts::new(definition).items("File", &items).unwrap();
        assert_eq!(of_items.rows(), rows);
        let kinds = |costs: &TableCosts| costs.hints().iter().map(std::mem::discriminant).collect::<Vec<_>>();
        // Items show neither templates nor a config.
        assert_eq!(kinds(&of_items), kinds(&costs)[1..4]);
        assert_eq!(TableDocument::<Files>::new().model::<File>().costs().rows(), []);
    })
    .await;
}

fn indexes() -> Vec<singlet::tables::IndexDefinition> {
    use singlet::key::KeyType::S;
    use singlet::tables::{IndexDefinition, ProjectionDescription};
    vec![
        IndexDefinition::global("everything").hash_key("kind", S),
        IndexDefinition::global("keys").hash_key("kind", S).projection(ProjectionDescription::KeysOnly),
        IndexDefinition::global("notes")
            .hash_key("owner", S)
            .projection(ProjectionDescription::Include(vec!["_type".to_owned(), "note".to_owned()])),
    ]
}

#[test]
fn each_hint_names_its_model_its_index_and_the_units() {
    let costs = TableDocument::<Files>::new().model::<File>().costs().sample(&file(1, 2_500)).unwrap();
    let hints = costs.hints();
    let [twice, all, keys, notes, refresh] = &hints[..] else { panic!("{hints:?}") };
    // The owner is a key of an index, so only the number can be `key_only`.
    let expected = CostHint::StoredTwice { model: "File".into(), attributes: vec!["number".into()], bytes: 8 };
    assert_eq!(twice, &expected);
    let expected = CostHint::AllProjected { model: "File".into(), index: "everything".into(), units: 3, keys_only: 1 };
    assert_eq!(all, &expected);
    for (hint, name) in [(keys, "keys"), (notes, "notes")] {
        let (model, attribute) = ("File".into(), "expires_at".into());
        assert_eq!(hint, &CostHint::ExpiryNotInIndex { model, index: name.into(), attribute });
    }
    assert_eq!(refresh, &CostHint::RefreshOnEachRead { model: "File".into(), units: 3 });

    // In items of one unit, neither the projection nor the refresh costs more than it must.
    let small = TableDocument::<Files>::new().model::<File>().costs().sample(&file(1, 100)).unwrap().hints();
    assert!(small.iter().all(|hint| matches!(hint, CostHint::StoredTwice { .. } | CostHint::ExpiryNotInIndex { .. })));
    // A model that returns expired items needs no expiry in an index.
    let listed = Listed { owner: "ann".into(), number: 1, kind: Some("text".into()) };
    let listed = TableDocument::<Files>::new().costs().sample(&listed).unwrap();
    assert_eq!(listed.hints(), []);
}

#[test]
fn key_only_saves_what_the_hint_says() {
    #[derive(Model)]
    #[model(table = Files, entity_name = "Row", hash_key = "OWNER#{owner}", range_key = "ROW#{number:06}")]
    struct Twice {
        owner: String,
        number: u32,
    }
    #[derive(Model)]
    #[model(table = Files, entity_name = "Row", hash_key = "OWNER#{owner}", range_key = "ROW#{number:06}")]
    struct Once {
        #[model(key_only)]
        owner: String,
        #[model(key_only)]
        number: u32,
    }
    for (owner, number) in [("ann", 7), ("a much longer name", 123_456)] {
        let twice = Twice { owner: owner.into(), number }.size().unwrap();
        let once = Once { owner: owner.into(), number }.size().unwrap();
        let [CostHint::StoredTwice { bytes, .. }] = twice.hints() else { panic!("{:?}", twice.hints()) };
        assert_eq!((twice.bytes() - once.bytes(), once.hints()), (*bytes, &[][..]));
    }
}

#[test]
fn a_model_of_other_keys_is_refused() {
    #[derive(Model)]
    #[model(table = "others")]
    struct Other {
        #[model(hash_key)]
        id: String,
    }
    let costs = TableDocument::<Files>::new().costs().sample(&Other { id: "a".into() });
    let error = costs.unwrap_err();
    assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Other")));
}

#[test]
fn the_text_has_a_table_for_each_model() {
    let files = [file(1, 100), file(2, 2_500)];
    let costs = files.iter().try_fold(TableDocument::<Files>::new().costs(), TableCosts::sample).unwrap();
    let text = costs.to_string();
    let expected = "\
File, 2 items of 1381 bytes on average and 2581 at most
                           read units  write units  of indexes
  get                             0.5
  get in a transaction              2
  query                             2
  query of everything               2
  query of keys                   0.5
  query of notes                  0.5
  create                                         2           4
  update                                         2           3
  delete                                         2           4
  create in a transaction                        4           4

hint: `File` stores `number`";
    assert!(text.starts_with(expected), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("hint: ")).count(), 5, "{text}");
    assert_eq!(TableDocument::<Files>::new().costs().to_string(), "no samples");
}
