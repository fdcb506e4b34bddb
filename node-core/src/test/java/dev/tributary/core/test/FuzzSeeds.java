package dev.tributary.core.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The first inputs of a fuzz target: valid ones, because a fuzzer reaches little of a decoder from noise alone. */
public final class FuzzSeeds {

    private FuzzSeeds() {}

    /** Writes each seed to a file in the directory {@code -Dfuzz.corpus}, {@code fuzz} by default, which the fuzzer reads afterwards. */
    public static void write(Stream<byte[]> seeds) {
        Path directory = Path.of(System.getProperty("fuzz.corpus", "fuzz"));
        try {
            Files.createDirectories(directory);
            int number = 0;
            for (byte[] seed : (Iterable<byte[]>) seeds::iterator) {
                Files.write(directory.resolve("seed-" + number++), seed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The seed behind a byte that a target reads first. */
    public static byte[] prefixed(int first, byte[] seed) {
        byte[] input = new byte[seed.length + 1];
        input[0] = (byte) first;
        System.arraycopy(seed, 0, input, 1, seed.length);
        return input;
    }
}
