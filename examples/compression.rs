//! Large text that is compressed in the table and plain in the program.

use singlet::{Client, CompressedAttribute, Model};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "documents")]
struct Document {
    #[model(hash_key)]
    pk: String,
    body: CompressedAttribute,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    singlet::set_default_client(Client::embedded());
    Document::create_table().await?;

    let text = "DynamoDB bills by the size of the item. ".repeat(250);
    let mut document = Document { pk: "DOC#1".into(), body: text.as_str().into() };
    document.save().await?;

    let read = Document::get("DOC#1").await?.ok_or("the document is missing")?;
    assert_eq!(read.body, text.as_str());
    println!("{} bytes of text are read back unchanged", read.body.len());

    let item = document.to_item()?;
    let stored = item["body"].as_s().map_err(|_| "compressed text is an S")?;
    assert!(stored.starts_with("ZSTD:"));
    println!("stored: {}… ({} bytes)", &stored[..24], stored.len());
    println!("{}", document.size()?);

    // The attribute dereferences to `str`. Short text is stored uncompressed.
    document.body = "see attachment".into();
    assert!(document.body.ends_with("attachment"));
    let item = document.to_item()?;
    println!("stored: {}", item["body"].as_s().map_err(|_| "plain text is an S")?);
    Ok(())
}
