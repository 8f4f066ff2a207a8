//! The compression options of a field: algorithm, level, minimum size and threshold.

use singlet::compression::{CompressionAlgorithm, CompressionOptions, compress, decompress};
use singlet::{CompressedAttribute, Item, Model};

#[derive(Debug, Model)]
#[model(table = "pages")]
struct Page {
    #[model(hash_key)]
    pk: String,
    /// The default algorithm, with the best ratio.
    #[model(compressed(algorithm = "zstd", level = 19))]
    archive: CompressedAttribute,
    /// The fastest algorithm.
    #[model(compressed(algorithm = "lz4"))]
    draft: CompressedAttribute,
    /// The algorithm that most other programs can read.
    #[model(compressed(algorithm = "gzip", level = 9))]
    export: CompressedAttribute,
    /// A `String` that is compressed only from 1000 bytes, and only if that saves half.
    #[model(compressed(min_size = 1000, threshold = 0.5))]
    summary: String,
}

/// Returns the form and the length of a stored attribute.
fn stored<'a>(item: &'a Item, name: &str) -> (&'a str, usize) {
    let text = item[name].as_s().map_or("", String::as_str);
    (text.split_once(':').map_or("plain", |(prefix, _)| prefix), text.len())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = "Compressed text is a prefix and base64. ".repeat(20);
    let body = || CompressedAttribute::from(text.as_str());
    let page = Page { pk: "PAGE#1".into(), archive: body(), draft: body(), export: body(), summary: text.clone() };

    let item = page.to_item()?;
    println!("{} bytes of text are stored as", text.len());
    for (name, expected) in [("archive", "ZSTD"), ("draft", "LZ4"), ("export", "GZIP"), ("summary", "plain")] {
        let (form, length) = stored(&item, name);
        assert_eq!(form, expected);
        println!("{name:>9}: {form:<5} {length:>4} bytes");
    }

    // The prefix names the algorithm, so stored text stays readable if the options change.
    let read = Page::from_item(&item)?;
    assert!([read.archive, read.draft, read.export].iter().all(|body| *body == text.as_str()));

    // The same functions are available for any text.
    let options = CompressionOptions::new().algorithm(CompressionAlgorithm::Lz4).min_size(50);
    let packed = compress(&text, &options)?;
    assert_eq!(decompress(&packed, &options)?, text);
    println!("{:>9}: {:<5} {:>4} bytes", "by hand", "LZ4", packed.len());
    Ok(())
}
