#!/bin/sh
# Compiles the contracts in C that the tests use. Needs clang-14 and lld-14 from Debian 12. For Rust see rust/build.sh.
# The results are in the repository; Maven does not run this script.
set -eu
cd "$(dirname "$0")"
cc="clang-14 --target=wasm32-unknown-unknown -Os -ffreestanding -nostdlib -mbulk-memory -Wall -Wno-unused-function
    -I../../main/wasm -fuse-ld=/usr/bin/wasm-ld-14 -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=16384"
out=../resources/wasm
$cc probe.c -o $out/probe-plain.wasm
$cc -DSTREAMING probe.c -o $out/probe-streaming.wasm
$cc -DHOST probe.c -o $out/probe-host.wasm
$cc register.c -o $out/register.wasm
chmod 644 $out/probe-*.wasm $out/register.wasm
