#!/bin/sh
# Compiles the contract in Rust. Needs from Debian 12: rustc cargo libstd-rust-dev-wasm32 librust-bincode-dev
# librust-serde-derive-dev lld-14. Downloads nothing.
set -eu
cd "$(dirname "$0")"
target=${TMPDIR:-/tmp}/tributary-rust-fixture
RUSTC=/usr/bin/rustc /usr/bin/cargo build --release --offline --target wasm32-unknown-unknown --target-dir "$target" \
    --config 'source.crates-io.replace-with="debian"' --config 'source.debian.directory="/usr/share/cargo/registry"' \
    --config 'target.wasm32-unknown-unknown.linker="/usr/bin/wasm-ld-14"' \
    --config 'target.wasm32-unknown-unknown.rustflags=["-C", "linker-flavor=wasm-ld", "-C", "panic=abort"]'
cp "$target/wasm32-unknown-unknown/release/echo.wasm" ../../resources/wasm/echo-rust.wasm
chmod 644 ../../resources/wasm/echo-rust.wasm
rm -f Cargo.lock
