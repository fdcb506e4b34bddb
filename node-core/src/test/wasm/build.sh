#!/bin/sh
# Builds the contracts that the tests use. Debian 12 packages: clang-14 lld-14 for C; for Rust see rust/build.sh.
# The results are checked in: neither building nor testing the node needs this.
set -eu
cd "$(dirname "$0")"
cc="clang-14 --target=wasm32-unknown-unknown -Os -ffreestanding -nostdlib -mbulk-memory -Wall -Wno-unused-function
    -I../../main/wasm -fuse-ld=/usr/bin/wasm-ld-14 -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=16384"
out=../resources/wasm
$cc probe.c -o $out/probe-plain.wasm
$cc -DSTREAMING probe.c -o $out/probe-streaming.wasm
$cc -DHOST probe.c -o $out/probe-host.wasm
