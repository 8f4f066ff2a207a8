//! What items of more than one unit cost, in the table and in its indexes: the rules of the guide `costs`, and the units that
//! `ItemSize` states.

use singlet::{ItemSize, Model, Projection, Table};

use super::{Bill, bill};

#[derive(Table)]
#[table(name = "sizes_cost", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "by_email", hash_key = "email", projection = "keys_only"))]
#[table(index(name = "by_nick", hash_key = "nick"))]
#[table(index(name = "by_points", local, range_key = "points", range_key_type = "N", include("name", "_type")))]
struct Sizes;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Sizes, hash_key = "MEMBER#{team}", range_key = "{id}")]
#[model(index(by_email, hash_key = email), index(by_nick, hash_key = nick), index(by_points, range_key = points))]
struct Member {
    team: String,
    id: u32,
    email: String,
    nick: Option<String>,
    points: Option<u32>,
    name: String,
    about: String,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Member)]
struct Name {
    name: String,
}

fn member(id: u32, about: usize) -> Member {
    let (team, email, name) = ("a".to_owned(), format!("{id}@x"), "Ann".to_owned());
    Member { team, id, email, nick: None, points: None, name, about: "x".repeat(about) }
}

/// A member in all three indexes, of exactly so many bytes.
fn member_of(id: u32, bytes: usize) -> Member {
    let mut member = Member { nick: Some(format!("n{id}")), points: Some(id), ..member(id, 0) };
    member.about = "x".repeat(bytes - member.size().unwrap().bytes());
    assert_eq!(member.size().unwrap().bytes(), bytes);
    member
}

#[allow(clippy::cast_precision_loss, reason = "few units")]
fn units(units: usize) -> f64 {
    units as f64
}

#[tokio::test]
async fn an_item_costs_the_units_that_its_size_states() {
    super::run(async |_, billed| {
        Sizes::create_table().await.unwrap();
        let client = &billed.client;
        for (id, bytes) in (1..).zip([1_023, 1_024, 1_025, 4_095, 4_096, 4_097]) {
            let mut member = member_of(id, bytes);
            let key = ("a", id);
            let size = member.size().unwrap();
            assert_eq!(size.indexes().map(|(name, _)| name).collect::<Vec<_>>(), ["by_email", "by_nick", "by_points"]);
            let all = units(size.write_units_with_indexes());
            let created = member.create().client(client).detailed().await.unwrap();
            billed.costs("create", bill(0.0, all, 1));
            let of_place = |index: Option<&str>| {
                created.cost.places.iter().find(|place| place.index.as_deref() == index).map(|place| place.write)
            };
            assert_eq!(of_place(None), Some(units(size.write_units())), "{bytes}");
            for (name, entry) in size.indexes() {
                assert_eq!(of_place(Some(name)), Some(units(entry.write_units())), "{name} of {bytes}");
            }
            let read = units(size.read_units());
            Member::get(key).client(client).await.unwrap();
            billed.costs("get", bill(read / 2.0, 0.0, 1));
            Member::get(key).consistent().client(client).await.unwrap();
            billed.costs("consistent get", bill(read, 0.0, 1));
            singlet::transact_get(Member::get(key)).client(client).await.unwrap();
            billed.costs("get in a transaction", bill(units(size.transact_read_units()), 0.0, 1));
            member.delete().client(client).await.unwrap();
            billed.costs("delete", bill(0.0, all, 1));
        }
    })
    .await;
}

/// Without indexes, because their entries are not written twice.
#[tokio::test]
async fn a_write_in_a_transaction_costs_twice_the_units_of_its_size() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "sizes_cost_plain")]
    struct Document {
        #[model(hash_key)]
        pk: String,
        body: String,
    }
    let of = |bytes: usize| Document { pk: "a".into(), body: "x".repeat(bytes - 7) };
    super::run(async |_, billed| {
        Document::create_table().await.unwrap();
        for bytes in [1_024, 1_025, 4_096, 4_097] {
            let mut document = of(bytes);
            let size: ItemSize = document.size().unwrap();
            assert_eq!(size.bytes(), bytes);
            singlet::transact_write().write(document.create()).client(&billed.client).await.unwrap();
            billed.costs("create", bill(0.0, units(size.transact_write_units()), 1));
            singlet::transact_write().write(document.delete()).client(&billed.client).await.unwrap();
            billed.costs("delete", bill(0.0, units(size.transact_write_units()), 1));
            document.create().client(&billed.client).await.unwrap();
            billed.costs("create alone", bill(0.0, units(size.write_units()), 1));
            document.delete().client(&billed.client).await.unwrap();
            billed.costs("delete alone", bill(0.0, units(size.write_units()), 1));
        }
    })
    .await;
}

#[tokio::test]
async fn every_rule_that_surprises_holds() {
    super::run(async |_, billed| {
        Sizes::create_table().await.unwrap();
        let client = &billed.client;
        let mut small = member(1, 100);
        let mut large = member(2, 5_000);
        small.create().await.unwrap();
        large.create().await.unwrap();
        billed.take();

        // An update is billed by the larger of both sizes, and not by what it sends.
        Member::update(("a", 2)).set(|m| m.name, "Bob").return_nothing().client(client).await.unwrap();
        billed.costs("update of a small attribute", bill(0.0, 5.0, 1));
        Member::update(("a", 2)).set(|m| m.about, "short").return_nothing().client(client).await.unwrap();
        billed.costs("update that makes the item small", bill(0.0, 5.0, 1));
        large.save().await.unwrap();

        // A refused write is billed as a write.
        let refused = Member::update(("a", 2)).when(|m| m.name.eq("nobody")).set(|m| m.name, "Bob").client(client);
        let (result, cost) = singlet::measure_cost(async { refused.await }).await;
        assert!(result.unwrap_err().is_condition_failed());
        assert_eq!((cost.write, cost.refused, cost.requests), (0.0, 5.0, 1));
        billed.costs("refused update", Bill { refused: 1, ..bill(0.0, 0.0, 1) });

        // Less of the item costs the same.
        assert!(Member::exists(("a", 2)).client(client).await.unwrap());
        billed.costs("exists", bill(1.0, 0.0, 1));
        let name = Member::get(("a", 2)).select::<Name>().client(client).await.unwrap();
        assert_eq!(name.unwrap().name, "Ann");
        billed.costs("projection", bill(1.0, 0.0, 1));

        // Discarded and counted items cost as much as those that are returned.
        let all = Member::query("a").client(client).await.unwrap();
        assert_eq!(all.len(), 2);
        billed.costs("query", bill(1.0, 0.0, 1));
        let none = Member::query("a").filter(|m| m.name.eq("nobody")).client(client).await.unwrap();
        assert_eq!(none, []);
        billed.costs("query of which a filter discards everything", bill(1.0, 0.0, 1));
        assert_eq!(Member::query("a").client(client).count().await.unwrap(), 2);
        billed.costs("count", bill(1.0, 0.0, 1));
        assert_eq!(Member::scan().client(client).count().await.unwrap(), 2);
        billed.costs("count of a scan", bill(1.0, 0.0, 1));

        // An index entry costs a write if it changes, two if its keys change, and nothing otherwise.
        Member::update(("a", 1)).set(|m| m.name, "Bob").return_nothing().client(client).await.unwrap();
        billed.costs("update of what no index projects", bill(0.0, 1.0, 1));
        Member::update(("a", 1)).set(|m| m.email, "b@x").return_nothing().client(client).await.unwrap();
        billed.costs("update of the key of an index", bill(0.0, 3.0, 1));
        Member::update(("a", 1)).set(|m| m.nick, "bob").return_nothing().client(client).await.unwrap();
        billed.costs("update that adds the item to an index", bill(0.0, 2.0, 1));
        Member::update(("a", 1)).set(|m| m.name, "Cy").return_nothing().client(client).await.unwrap();
        billed.costs("update of what an index projects", bill(0.0, 2.0, 1));
    })
    .await;
}

#[tokio::test]
async fn every_operation_costs_what_its_reference_says() {
    super::run(async |_, billed| {
        Sizes::create_table().await.unwrap();
        let client = &billed.client;
        // Two items that share one unit of a query, and one of more than 4 KB.
        let (mut one, two, large) = (member(1, 1_200), member(2, 100), member(3, 5_000));
        singlet::batch_write().put_all([&one, &two, &large]).client(client).await.unwrap();
        // Each item has an entry of one unit in one index.
        billed.costs("batch_write", bill(0.0, (2.0 + 1.0) + (1.0 + 1.0) + (5.0 + 1.0), 1));
        let many: Vec<_> =
            (1..=26).map(|id| Member { team: "b".into(), email: format!("b{id}@x"), ..member(id, 0) }).collect();
        singlet::batch_write().put_all(&many).client(client).await.unwrap();
        billed.costs("batch_write of more than 25", bill(0.0, 52.0, 2));

        let found = Member::batch_get([("a", 1), ("a", 3), ("a", 9)]).client(client).await.unwrap();
        assert_eq!(found.iter().flatten().count(), 2);
        billed.costs("batch_get", bill(0.5 + 1.0 + 0.5, 0.0, 1));
        Member::batch_get((1..=101).map(|id| ("none", id))).client(client).await.unwrap();
        billed.costs("batch_get of more than 100", bill(50.5, 0.0, 2));
        let reads = (Member::get(("a", 1)), Member::get(("a", 3)));
        singlet::transact_get(reads).client(client).await.unwrap();
        billed.costs("transact_get", bill(2.0 + 4.0, 0.0, 1));

        assert_eq!(Member::query("none").client(client).await.unwrap(), []);
        billed.costs("query without items", bill(0.5, 0.0, 1));
        assert_eq!(Member::query("a").le(2_u32).client(client).await.unwrap().len(), 2);
        billed.costs("query of less than 4 KB", bill(0.5, 0.0, 1));
        assert_eq!(Member::query("a").le(2_u32).consistent().client(client).await.unwrap().len(), 2);
        billed.costs("consistent query", bill(1.0, 0.0, 1));
        let mails = Member::index(Sizes::BY_EMAIL).query("3@x").keys().client(client).await.unwrap();
        assert_eq!(mails.len(), 1);
        billed.costs("query of an index with the keys only", bill(0.5, 0.0, 1));
        let hydrated = Member::index(Sizes::BY_EMAIL).query("3@x").client(client).hydrate().await.unwrap();
        assert_eq!(hydrated, [large]);
        billed.costs("hydrate", bill(0.5 + 1.0, 0.0, 2));
        let select = singlet::statement::<Member>("SELECT * FROM sizes_cost WHERE pk = ?").parameter("MEMBER#a");
        assert_eq!(select.client(client).await.unwrap().len(), 3);
        assert_eq!(billed.take().requests, 1);

        let check = Member::check(("a", 1));
        let update = Member::update(("a", 2)).set(|m| m.name, "Bob");
        singlet::transact_write().check(check).write(update.return_nothing()).client(client).await.unwrap();
        billed.costs("transact_write with a check of 2 KB", bill(0.0, 4.0 + 2.0, 1));
        Member::delete_by_key(("a", 9)).client(client).await.unwrap();
        billed.costs("delete of no item", bill(0.0, 1.0, 1));
        one.about.clear();
        one.save().client(client).await.unwrap();
        billed.costs("save over a larger item", bill(0.0, 2.0, 1));
    })
    .await;
}
