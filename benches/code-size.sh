#!/usr/bin/env bash
# Measures the cost of generated code. Builds a crate of 50 models in release mode, each with 14 attributes and 2 nested
# structs: first with decoding only, then with eight operations per model. Prints the build time of that crate and the
# text size of its binary. The same crate with one model shows the cost of singlet and the SDK alone. The crates are
# generated in the target directory.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/code-size
rm -rf "$work/src"
mkdir -p "$work/src"

cat >"$work/Cargo.toml" <<EOF
[package]
name = "code-size"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
singlet = { path = "$root", default-features = false }
EOF
cp "$root/Cargo.lock" "$work/Cargo.lock"

# $1: the derives of nested structs; $2: the attributes of each model.
structs() {
    for ((n = 0; n < models; n++)); do
        cat <<EOF
mod m$n {
    $1
    pub struct Address { street: String, city: String, zip: String, country: String }
    $1
    pub struct Line { sku: String, count: u32, cents: u64 }
    ${2//@/$n}
    pub struct Entity {
        id: String, number: u64, status: String, cents: u64, count: u32, ratio: f64, paid: bool, created_at: i64,
        tags: Vec<String>, note: Option<String>, limit: Option<u32>, address: Address, lines: Vec<Line>, score: i32,
    }
}
EOF
    done
}

attribute='#[derive(Debug, Clone, singlet::Attribute)]'
model='#[derive(Debug, Clone, singlet::Model)]
    #[model(table = "shop", hash_key = "E@#{id}", range_key = "N#{number}")]'
plain='#[derive(Debug, Clone)]'

# Prints a `main` that contains `$1` for every model, with the name of the module instead of `@`.
main() {
    echo 'fn main() {'
    for ((n = 0; n < models; n++)); do
        echo "    ${1//@/m$n}"
    done
    echo '}'
}

# Builds the crate on standard input, and prints the build time and the text size.
measure() {
    cat >"$work/src/main.rs"
    local start end
    # Build the dependencies first so that only this crate is measured.
    cargo build --quiet --release --manifest-path "$work/Cargo.toml" --target-dir "$work/target"
    touch "$work/src/main.rs"
    start=$(date +%s.%N)
    cargo build --quiet --release --manifest-path "$work/Cargo.toml" --target-dir "$work/target"
    end=$(date +%s.%N)
    size "$work/target/release/code-size" |
        awk -v name="$1" -v start="$start" -v end="$end" \
            'NR == 2 { printf "| %s | %.1f s | %d KiB |\n", name, end - start, $1 / 1024 }'
}

unused='#![allow(dead_code)]'
decode='let _ = std::hint::black_box(<@::Entity as singlet::Model>::from_item as fn(&_) -> _);'
operate='let operate: fn(&mut @::Entity, &Client) = |entity, client| {
        let key = || ("id", 7_u64);
        drop(entity.save().client(client).into_future());
        drop(entity.create().client(client).into_future());
        drop(entity.delete().client(client).into_future());
        drop(@::Entity::get(key()).client(client).into_future());
        drop(@::Entity::exists(key()).client(client).into_future());
        drop(@::Entity::delete_by_key(key()).client(client).into_future());
        drop(@::Entity::query("id").client(client).into_future());
        drop(singlet::batch_write().put(&*entity).client(client).into_future());
    };
    let _ = std::hint::black_box(operate);'

echo '| crate | release build | text |'
echo '|---|--:|--:|'
for models in 1 50; do
    { echo "$unused"; structs "$plain" "$plain"; main ''; } | measure "$models: structs alone"
    { echo "$unused"; structs "$attribute" "$model"; main "$decode"; } | measure "$models: decode"
    {
        printf '%s\nuse singlet::{Client, Model as _};\nuse std::future::IntoFuture as _;\n' "$unused"
        structs "$attribute" "$model"
        main "$operate"
    } | measure "$models: decode and eight operations"
done
