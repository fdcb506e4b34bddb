package dev.tributary.core.contract.benchmark;

import dev.tributary.core.contract.Verdict;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.wasm.WasmRuntimes;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;

/**
 * Runs contracts of distinct code in one node: loads each, validates and merges, then calls all again. Argument: the
 * number of contracts, 1000 by default; set the heap with {@code -Xmx}.
 */
public final class ManyContractsBenchmark {

    private ManyContractsBenchmark() {}

    public static void main(String[] args) throws NoSuchAlgorithmException {
        int count = args.length == 0 ? 1000 : Integer.parseInt(args[0]);
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        try (WasmRuntimes runtimes = WasmRuntimes.open()) {
            for (int round = 1; round <= 2; round++) {
                long startNanos = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    call(runtimes, keys, i);
                }
                Runtime jvm = Runtime.getRuntime();
                System.gc();
                System.out.printf(
                        "round %d: %d contracts in %.1f s, %s, heap %d of %d MiB%n",
                        round,
                        count,
                        (System.nanoTime() - startNanos) / 1e9,
                        runtimes.compiled().usage(),
                        (jvm.totalMemory() - jvm.freeMemory()) >> 20,
                        jvm.maxMemory() >> 20);
            }
        }
    }

    private static void call(WasmRuntimes runtimes, KeyPair keys, int number) {
        Contract contract = DistinctCode.of(SignedDocument.contract(keys.getPublic(), "d"), number);
        State first = SignedDocument.state(contract, keys.getPrivate(), 1, Bytes.utf8("one"));
        State second = SignedDocument.state(contract, keys.getPrivate(), 2, Bytes.utf8("two"));
        if (!(runtimes.compiled().validate(contract, first) instanceof Verdict.Valid)
                || !runtimes.compiled()
                        .merge(contract, first, new StateChange.Full(second))
                        .equals(second)) {
            throw new IllegalStateException("contract " + number + " returned a wrong result");
        }
    }
}
