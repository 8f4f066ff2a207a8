//! Tests `table create`, and definitions in files of every form.

use serde_json::{Value, json};
use singlet::stream::StreamView;
use singlet::tables::{DocumentFormat, TableDocument};
use singlet::{Table, tables};

use crate::stand::{self, Ran, Shop, Stand};

/// A table with every kind of index.
#[derive(Table)]
#[table(name = "depot", hash_key = "pk", range_key = "sk", range_key_type = "N", ttl = "$%{x}")]
#[table(index(name = "gsi1", hash_key("a", "${b}"), range_key("c", "d"), range_key_type("N", "B"), include("e", "f")))]
#[table(index(name = "gsi2", hash_key = "sk", hash_key_type = "N", projection = "keys_only"))]
#[table(index(name = "lsi1", local, range_key = "c", range_key_type = "N"))]
struct Depot;

const TOOLS: [DocumentFormat; 2] = [DocumentFormat::CloudFormation, DocumentFormat::Terraform];

/// Writes a definition to a file.
fn file(stand: &Stand, text: &dyn ToString) -> String {
    let path = stand.path("definition.json");
    std::fs::write(&path, text.to_string()).unwrap();
    path
}

fn assert_active(ran: &Ran, name: &str) {
    assert_eq!((ran.code, &*ran.out, &*ran.err), (0, &*format!("the table `{name}` is active\n"), ""), "{ran:?}");
}

#[tokio::test]
async fn a_table_is_created_from_every_document_and_matches_every_other() {
    stand::run(async |stand| {
        let document = TableDocument::<Depot>::new();
        for (format, number) in TOOLS.into_iter().zip(1..) {
            // Some editors begin a file with a byte order mark.
            let path = file(stand, &format_args!("\u{feff}{}", document.render(format)));
            let name = format!("depot-{number}");
            assert_active(&stand.singlet(&["table", "create", &name, "--from", &path]).await, &name);
            assert!(Depot::verify_table().table(&name).await.unwrap().is_match(), "{format:?}");
            for other in TOOLS {
                let path = file(stand, &document.render(other));
                stand.singlet(&["table", "verify", &name, "--against", &path]).await.done();
            }
        }
        // What a table is described as defines the same table.
        let described = stand.singlet(&["--json", "table", "describe", "depot-1"]).await.done().out;
        let path = file(stand, &described);
        assert_active(&stand.singlet(&["table", "create", "depot-3", "--from", &path]).await, "depot-3");
        stand.singlet(&["table", "verify", "depot-3", "--against", &path]).await.done();
        // Workbench has neither local indexes nor keys of several attributes nor a TTL.
        let path = file(stand, &document.render(DocumentFormat::Workbench));
        let ran = stand.singlet(&["table", "verify", "depot-1", "--against", &path]).await;
        assert_eq!((ran.code, ran.out.lines().count()), (2, 3), "{ran:?}");
        stand.singlet(&["table", "verify", "depot-1", "--against", &path, "--at-least"]).await.done();
    })
    .await;
}

#[tokio::test]
async fn a_table_is_created_from_options() {
    stand::run(async |stand| {
        let arguments = ["table", "create", "shop", "--hash-key", "pk", "--range-key", "sk", "--ttl", "expires_at"];
        let indexes = ["--index", "gsi1,hash=gsi1pk,range=gsi1sk:N,projection=keys_only"];
        let local = ["--index", "lsi1,local,range=rank,include=a+b", "--stream", "NEW_AND_OLD_IMAGES"];
        let arguments = [&arguments[..], &indexes, &local].concat();
        assert_active(&stand.singlet(&arguments).await, "shop");
        let live = tables::describe("shop").await.unwrap();
        assert_eq!(live.stream.unwrap().view, Some(StreamView::NewAndOldImages));
        assert!(Shop::verify_table().await.unwrap().is_match());

        let ran = stand.singlet(&arguments).await;
        assert!(ran.code == 1 && ran.err.contains("shop"), "{ran:?}");
        let document = stand.singlet(&[&arguments[..], &["--if-absent", "--json"]].concat()).await.done().json();
        assert_eq!(document, json!({ "table": "shop" }));

        // Of a table that exists, it changes the TTL only.
        let plain = ["table", "create", "plain", "--hash-key", "pk"];
        stand.singlet(&plain).await.done();
        let more = ["--range-key", "sk", "--index", "gsi1,hash=a", "--if-absent", "--ttl"];
        stand.singlet(&[&plain[..], &more, &["expires_at"]].concat()).await.done();
        let expected = ["table", "verify", "plain", "--hash-key", "pk", "--ttl", "expires_at"];
        assert_eq!(stand.singlet(&expected).await.done().out, "the table matches the definition\n");
        let ran = stand.singlet(&[&plain[..], &more, &["until"]].concat()).await;
        assert!(ran.code == 1 && ran.err.contains("enabled on another attribute"), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn settings_of_a_template_are_applied_or_listed() {
    stand::run(async |stand| {
        let mut template: Value = serde_json::from_str(
            &TableDocument::<Shop>::new().provisioned(7, 3).render(DocumentFormat::CloudFormation),
        )
        .unwrap();
        let shop = template["Resources"]["Shop"]["Properties"].as_object_mut().unwrap();
        shop.insert("StreamSpecification".into(), json!({ "StreamViewType": "KEYS_ONLY" }));
        shop.insert("Tags".into(), json!([]));
        shop["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] = json!("4");
        shop["GlobalSecondaryIndexes"][0]["WarmThroughput"] = json!({ "ReadUnitsPerSecond": 12_000 });
        shop["StreamSpecification"]["ResourcePolicy"] = json!({});
        let other = json!({ "Type": "AWS::DynamoDB::Table", "Properties": { "TableName": "other" } });
        template["Resources"]["Other"] = other;
        template["Resources"]["Bucket"] = json!({ "Type": "AWS::S3::Bucket" });
        let path = file(stand, &template);
        // The name of the command is that of a table in the file; without one, the file must define one table.
        let ran = stand.singlet(&["table", "create", "--from", &path]).await;
        assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{ran:?}");
        assert!(["--resource", "`Shop`", "`Other`"].iter().all(|part| ran.err.contains(part)), "{ran:?}");
        let ran = stand.singlet(&["table", "create", "--from", &path, "--resource", "Shop"]).await;
        assert_eq!((ran.code, &*ran.out), (0, "the table `shop` is active\n"), "{ran:?}");
        let ignored = ["GlobalSecondaryIndexes.WarmThroughput", "StreamSpecification.ResourcePolicy", "Tags"];
        assert_eq!(ran.err, format!("not applied: {}\n", ignored.join(", ")));
        let live = stand.singlet(&["--json", "table", "describe", "shop"]).await.done().json();
        assert_eq!(live["billing"], json!({ "mode": "PROVISIONED", "read": 7, "write": 3 }));
        assert_eq!(live["indexes"][0]["provisioned"], json!({ "read": 4, "write": 3 }));
        assert_eq!(live["stream"]["view"], "KEYS_ONLY");
        stand.singlet(&["table", "verify", "shop", "--against", &path]).await.done();
    })
    .await;
}

#[tokio::test]
async fn a_terraform_configuration_has_the_defaults_of_its_provider() {
    stand::run(async |stand| {
        let rendered = TableDocument::<Shop>::new().render(DocumentFormat::Terraform);
        let mut configuration: Value = serde_json::from_str(&rendered).unwrap();
        let shop = &mut configuration["resource"]["aws_dynamodb_table"]["shop"];
        shop["ttl"] = json!({ "attribute_name": "expires_at" });
        let index = shop["global_secondary_index"][0].as_object_mut().unwrap();
        index.insert("on_demand_throughput".into(), json!({ "max_read_request_units": 5 }));
        let mut second = index.clone();
        second["name"] = json!("gsi2");
        shop["global_secondary_index"].as_array_mut().unwrap().push(second.into());
        let path = file(stand, &configuration);
        let ran = stand.singlet(&["table", "create", "shop", "--from", &path]).await;
        assert_eq!((ran.code, &*ran.err), (0, "not applied: global_secondary_index.on_demand_throughput\n"), "{ran:?}");
        // A `ttl` block that does not say `enabled` leaves the deletion of items off.
        assert_eq!(stand.singlet(&["ttl", "status", "shop"]).await.done().out, "DISABLED\n");
        stand.singlet(&["table", "verify", "shop", "--against", &path]).await.done();
    })
    .await;
}

#[tokio::test]
async fn a_definition_that_cannot_be_used_is_one_line_that_names_its_part() {
    stand::run(async |stand| {
        let template: Value =
            serde_json::from_str(&TableDocument::<Shop>::new().render(DocumentFormat::CloudFormation)).unwrap();
        let configuration: Value =
            serde_json::from_str(&TableDocument::<Shop>::new().render(DocumentFormat::Terraform)).unwrap();
        let workbench: Value =
            serde_json::from_str(&TableDocument::<Shop>::new().render(DocumentFormat::Workbench)).unwrap();
        let (cloud, terra) = ("/Resources/Shop/Properties", "/resource/aws_dynamodb_table/shop");
        for (document, pointer, value, part) in [
            (&template, format!("{cloud}/KeySchema"), json!([]), "one hash key"),
            (&template, format!("{cloud}/KeySchema/0/KeyType"), json!("HUSH"), "`KeyType`"),
            (&template, format!("{cloud}/KeySchema/0/AttributeName"), json!({ "Ref": "Key" }), "`AttributeName`"),
            (&template, format!("{cloud}/AttributeDefinitions"), json!([]), "`pk`"),
            (&template, format!("{cloud}/AttributeDefinitions/0/AttributeType"), json!("X"), "S, N or B"),
            (&template, format!("{cloud}/BillingMode"), json!("PROVISIONED"), "`ProvisionedThroughput`"),
            (&template, format!("{cloud}/GlobalSecondaryIndexes"), json!({}), "`GlobalSecondaryIndexes`"),
            (&template, format!("{cloud}/GlobalSecondaryIndexes/0/Projection"), json!({}), "projection"),
            (&template, format!("{cloud}/GlobalSecondaryIndexes/0/KeySchema"), json!([]), "no hash key"),
            (&template, "/Resources".to_owned(), json!({}), "no table"),
            (&template, format!("{cloud}/TimeToLiveSpecification"), json!(true), "`TimeToLiveSpecification`"),
            (&configuration, format!("{terra}/hash_key"), json!("${var.key}"), "`hash_key`"),
            (&configuration, format!("{terra}/hash_key"), Value::Null, "one hash key"),
            (&configuration, format!("{terra}/attribute"), json!(7), "`attribute`"),
            (&configuration, format!("{terra}/billing_mode"), json!("PROVISIONED"), "`read_capacity`"),
            (&configuration, format!("{terra}/ttl/enabled"), json!("maybe"), "`enabled`"),
            (&workbench, "/DataModel/0/KeyAttributes".to_owned(), Value::Null, "`KeyAttributes`"),
            (&workbench, "/DataModel/0/TableName".to_owned(), Value::Null, "`TableName`"),
        ] {
            let mut damaged = document.clone();
            *damaged.pointer_mut(&pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
            let path = file(stand, &damaged);
            let ran = stand.singlet(&["table", "create", "shop", "--from", &path]).await;
            assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{pointer}: {ran:?}");
            assert!(ran.err.contains(part), "{pointer}: {ran:?}");
        }
        let mut nameless = template.clone();
        nameless["Resources"]["Shop"]["Properties"]["TableName"] = json!({ "Ref": "Name" });
        let path = file(stand, &nameless);
        let ran = stand.singlet(&["table", "create", "--from", &path]).await;
        assert_eq!((ran.code, ran.err.lines().count()), (64, 1), "{ran:?}");
        assert_active(&stand.singlet(&["table", "create", "shop", "--from", &path]).await, "shop");
    })
    .await;
}
