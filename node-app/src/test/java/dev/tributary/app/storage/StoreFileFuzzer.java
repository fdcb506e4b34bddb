package dev.tributary.app.storage;

import dev.tributary.app.directory.PeerFile;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.test.FuzzSeeds;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.StateDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Fuzz target: what stands in the files of a data directory. The first byte chooses: a record of a contract, a record of
 * a program, both with the right checksum, or the file of known peers. It is decoded, or refused with {@link IOException} or {@link StorageException};
 * anything else is a find.
 */
public final class StoreFileFuzzer {

    private static final Path PEERS = file();

    private StoreFileFuzzer() {}

    /** Called by the fuzzer before it reads its corpus. */
    public static void fuzzerInitialize() {
        Blob blob = new Blob.InlineBlob(Bytes.wrap(new byte[] {1, 2, 3}));
        byte[] contract = new ContractRecord(
                        new CodeHash(Bytes.wrap(new byte[32])),
                        Instant.EPOCH,
                        new StateDigest(Bytes.wrap(new byte[StateDigest.SIZE])),
                        new Demand(true, Instant.EPOCH, 1),
                        blob,
                        blob)
                .encode();
        byte[] program = new ProgramRecord(blob).encode();
        byte[] peers = "# tributary peers 1\n192.0.2.1:7475\n".getBytes(StandardCharsets.UTF_8);
        FuzzSeeds.write(Stream.of(
                FuzzSeeds.prefixed(0, Arrays.copyOf(contract, contract.length - Checksum.SIZE)),
                FuzzSeeds.prefixed(1, Arrays.copyOf(program, program.length - Checksum.SIZE)),
                FuzzSeeds.prefixed(2, peers)));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        // A checksum stands at the end of a record.
        int end = input[0] % 3 == 2 ? input.length : input.length + Checksum.SIZE;
        byte[] content = Arrays.copyOfRange(input, 1, end);
        try {
            switch (input[0] % 3) {
                case 0 -> ContractRecord.decode(Checksum.writeChecksum(content));
                case 1 -> ProgramRecord.decode(Checksum.writeChecksum(content));
                default -> new PeerFile(Files.write(PEERS, content)).read();
            }
        } catch (IOException | StorageException refused) {
            // A refusal is the expected end of most inputs.
            return;
        }
    }

    private static Path file() {
        try {
            Path file = Files.createTempFile("fuzz", ".peers");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
