#!/bin/sh
# Builds the standard contracts. Debian 12 packages: clang-14 lld-14.
# The results are checked in, and a test pins their code hashes: neither building nor testing the node needs this.
set -eu
cd "$(dirname "$0")"
out=../resources/dev/tributary/core/contract/standard
mkdir -p $out
for name in blob document log counter website; do
    clang-14 --target=wasm32-unknown-unknown -O2 -ffreestanding -nostdlib -mbulk-memory -Wall -Wextra \
        -Wno-unused-function -Wno-unused-parameter -Wno-unused-const-variable -Wno-incompatible-library-redeclaration \
        -fuse-ld=/usr/bin/wasm-ld-14 -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=32768 \
        $name.c -o $out/$name.wasm
    chmod 644 $out/$name.wasm
done
