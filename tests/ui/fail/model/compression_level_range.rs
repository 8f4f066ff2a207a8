use singlet::{CompressedAttribute, Model};

#[derive(Debug, Model)]
#[model(table = "notes", hash_key = "NOTE#{id}")]
struct Note {
    id: u32,
    #[model(compressed(algorithm = "gzip", level = 99))]
    gzip: CompressedAttribute,
    #[model(compressed(level = 23))]
    zstd: CompressedAttribute,
    #[model(compressed(algorithm = "lz4", level = 1))]
    lz4: CompressedAttribute,
}

fn main() {}
