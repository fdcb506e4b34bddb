#!/bin/sh
# Compiles the standard contracts. Needs clang-14 and lld-14 from Debian 12.
# The results are in the repository, and a test pins their code hashes; Maven does not run this script.
# -Os keeps functions short: a JVM does not compile a method of more than 8000 bytes of bytecode.
set -eu
cd "$(dirname "$0")"
out=../resources/dev/tributary/core/contract/standard
monocypher=vendor/monocypher/src
(cd vendor/monocypher && sha256sum --quiet --check SHA256SUMS)
mkdir -p $out
for name in blob document log counter website; do
    clang-14 --target=wasm32-unknown-unknown -Os -ffreestanding -nostdlib -mbulk-memory -Wall -Wextra \
        -Wno-unused-function -Wno-unused-parameter -Wno-unused-const-variable -Wno-incompatible-library-redeclaration \
        -I$monocypher -I$monocypher/optional \
        -fuse-ld=/usr/bin/wasm-ld-14 -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=32768 \
        $name.c $monocypher/monocypher.c $monocypher/optional/monocypher-ed25519.c -o $out/$name.wasm
    chmod 644 $out/$name.wasm
done
