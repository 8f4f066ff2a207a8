#!/usr/bin/env bash
# Counts the instructions of the cases in `benches/instructions.rs` and compares them with `instructions.tsv`. `update` writes
# them there instead. Needs valgrind; installs gungraun's runner in the version that the manifest names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
version=$(sed -n 's/^gungraun *= *"=\([0-9.]*\)"$/\1/p' Cargo.toml)
if [ -z "$version" ]; then
  echo 'Cargo.toml states no `gungraun` with an exact version' >&2
  exit 1
fi
if ! command -v valgrind >/dev/null; then
  echo "install valgrind" >&2
  exit 1
fi
if ! gungraun-runner --version 2>/dev/null | grep -qF "$version"; then
  # It only starts valgrind, so a fast build matters more than a fast program.
  CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install --quiet --locked --force gungraun-runner --version "$version"
fi
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
cargo bench --quiet --locked --bench instructions -- --parallel=auto --output-format=json >"$counts"
# In the profile of the benches, so that nothing is built twice.
cargo run --quiet --profile bench --locked --bin guard -- "$counts" instructions.tsv "$@"
