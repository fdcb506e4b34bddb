package dev.tributary.app.archive;

import static dev.tributary.app.archive.ArchiveFixture.backUp;
import static dev.tributary.app.archive.ArchiveFixture.commit;
import static dev.tributary.app.archive.ArchiveFixture.read;
import static dev.tributary.app.archive.ArchiveFixture.restore;
import static dev.tributary.core.storage.SampleContracts.code;
import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are damaged, truncated or made by an attacker: what is wrong is named, the rest is restored. */
@Timeout(60)
class HostileArchiveIntegrationTests {

    private static final StoredContract FIRST = sample(1, 2_000, 1);
    private static final StoredContract SECOND = sample(2, 2_000, 2);
    private static final StoredContract THIRD = sample(3, 2_000, 3);

    private final InMemoryContractStore store = InMemoryContractStore.create();
    private final InMemoryContractStore restored = InMemoryContractStore.create();

    @TempDir
    private Path directory;

    private Path archive;

    @BeforeEach
    void backUpThreeContracts() {
        archive = directory.resolve("archive");
        commit(store, FIRST, SECOND, THIRD);
        backUp(store, archive);
    }

    @Test
    void damagedStateIsRefusedByNameAndTheOthersAreRestored() throws IOException {
        Path state = archive.resolve(
                ArchiveEntry.state(SECOND.contract().id(), SECOND.digest()).name());
        byte[] bytes = Files.readAllBytes(state);
        bytes[1_000] ^= 1;
        Files.write(state, bytes);

        assertRefused(SECOND, "its state is damaged");
    }

    @Test
    void truncatedMissingAndOversizedStatesAreRefusedByName() throws IOException {
        Files.writeString(stateFile(FIRST), "short");
        Files.delete(stateFile(SECOND));
        try (OutputStream out = Files.newOutputStream(stateFile(THIRD))) {
            byte[] mib = new byte[1 << 20];
            for (int i = 0; i <= 50; i++) {
                out.write(mib);
            }
        }
        RestoreReport report = restore(archive, restored);
        assertThat(report.restored()).isZero();
        assertThat(reasons(report)).anyMatch(it -> it.contains("SHA-256"));
        assertThat(reasons(report)).anyMatch(it -> it.contains("its state is missing"));
        assertThat(reasons(report)).anyMatch(it -> it.contains("at most 52428800 are allowed"));
    }

    @Test
    void metadataOfAnotherContractIsRefused() throws IOException {
        Path metadata =
                archive.resolve(ArchiveEntry.contract(SECOND.contract().id()).name());
        Files.write(metadata, ArchivedContract.of(FIRST).encode().toArray());
        assertRefused(SECOND, "it describes contract " + FIRST.contract().id());
    }

    @Test
    void forgedIdIsRefused() throws IOException {
        String text = ArchivedContract.of(FIRST).encode().toUtf8();
        String forged = text.substring(0, text.indexOf("sha256 "))
                .replace(
                        FIRST.contract().id().toString(), SECOND.contract().id().toString());
        Path metadata =
                archive.resolve(ArchiveEntry.contract(SECOND.contract().id()).name());
        Files.write(metadata, SealedText.encode(forged.lines().toList()).toArray());
        assertRefused(
                SECOND,
                "its code and parameters belong to contract " + FIRST.contract().id());
    }

    @Test
    void damagedCodeIsRefusedForItsContractsOnly() throws IOException {
        StoredContract other = sample(code(1_000, 9), 4, 100, 4);
        commit(store, other);
        backUp(store, archive);
        Path file = archive.resolve(
                ArchiveEntry.code(FIRST.contract().code().hash()).name());
        Files.writeString(file, "other code");
        RestoreReport report = restore(archive, restored);
        assertThat(reasons(report)).anyMatch(it -> it.contains("its code is damaged"));
        assertThat(report.restored()).isEqualTo(1);
        assertThat(read(restored, other)).contains(other);
    }

    @Test
    void lostContractIsNamed() throws IOException {
        Files.delete(
                archive.resolve(ArchiveEntry.contract(SECOND.contract().id()).name()));
        assertRefused(SECOND, "the archive lists it");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksAndForeignNamesInADirectoryAreRefused() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Path metadata =
                archive.resolve(ArchiveEntry.contract(SECOND.contract().id()).name());
        Files.delete(metadata);
        Files.createSymbolicLink(metadata, secret);
        Files.writeString(archive.resolve("states").resolve("note.txt"), "note");
        RestoreReport report = restore(archive, restored);
        assertThat(report.restored()).isEqualTo(2);
        assertThat(reasons(report)).contains("it is no regular file", "an archive has no entry of this name");
    }

    @Test
    void unknownFormatIsRefusedWithTheRemedy() throws IOException {
        Files.write(
                archive.resolve("manifest"),
                SealedText.encode(List.of("tributary-archive 7", "program 9.9")).toArray());
        assertThatThrownBy(() -> restore(archive, restored))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("has format 7, written by version 9.9")
                .hasMessageContaining("use that version or a later one");
        assertThatThrownBy(() -> backUp(store, archive))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("name another directory");
    }

    @Test
    void whatIsNoArchiveIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("note.tar"), "no tar file".repeat(100));
        assertThatThrownBy(() -> ArchiveContents.open(file))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("is no archive");
        assertThatThrownBy(() -> ArchiveContents.open(directory.resolve("missing")))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("it does not exist");
    }

    @Test
    void tarFileCutOffAnywhereRestoresWhatStandsBefore() throws IOException {
        Path tar = directory.resolve("archive.tar");
        backUp(store, tar);
        byte[] bytes = Files.readAllBytes(tar);
        int before = -1;
        for (int size = 1024; size < bytes.length; size += 512) {
            Path cut = Files.write(directory.resolve("cut.tar"), Arrays.copyOf(bytes, size));
            InMemoryContractStore found = InMemoryContractStore.create();
            RestoreReport report = restore(cut, found);
            assertThat(report.restored()).as("size %d", size).isGreaterThanOrEqualTo(before);
            before = report.restored();
            if (size < bytes.length - 10_240) {
                assertThat(report.refused()).as("size %d", size).isNotEmpty();
            }
        }
        assertThat(before).isEqualTo(3);
    }

    @Test
    void garbledTarFileNeverRestoresAWrongStateNorFailsOtherwise() throws IOException {
        Path tar = directory.resolve("archive.tar");
        backUp(store, tar);
        byte[] bytes = Files.readAllBytes(tar);
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            byte[] garbled = bytes.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(directory.resolve("garbled.tar"), garbled);
            InMemoryContractStore found = InMemoryContractStore.create();
            try {
                restore(file, found);
            } catch (ArchiveException unusable) {
                assertThat(unusable.getMessage()).contains("garbled.tar");
            }
            for (StoredContract each : List.of(FIRST, SECOND, THIRD)) {
                read(found, each).ifPresent(it -> assertThat(it).isEqualTo(each));
            }
        }
    }

    @Test
    void hostileEntriesOfATarFileAreRefusedByNameAndTheOthersAreRestored() throws IOException {
        Path tar = directory.resolve("hostile.tar");
        ArchiveReader good = DirectoryReader.open(archive);
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            add(out, new TarArchiveEntry("../../outside", true), "x");
            add(out, new TarArchiveEntry("/tmp/absolute", true), "x");
            add(out, new TarArchiveEntry("states/" + "a".repeat(300)), "x");
            add(out, new TarArchiveEntry("secrets/1"), "x");
            TarArchiveEntry link = new TarArchiveEntry("identity.key", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            add(out, link, "");
            for (String name : good.names()) {
                Bytes content = good.read(ArchiveEntry.named(name).orElseThrow());
                add(out, new TarArchiveEntry("./" + name), content.toArray());
            }
            add(out, new TarArchiveEntry(stateName(FIRST)), "another state of this name");
        }
        RestoreReport report = restore(tar, restored);
        assertThat(report.restored()).isEqualTo(3);
        assertThat(report.refused()).extracting(Defect::name).contains("../../outside", "/tmp/absolute", "secrets/1");
        assertThat(report.refused()).contains(new Defect("identity.key", "it is no regular file"));
        assertThat(report.refused()).contains(new Defect(stateName(FIRST), "it is there twice; the first one counts"));
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("archive", "hostile.tar");
        }
    }

    @Test
    void hugeSizesInHeadersAreRefusedWithoutMemory() throws IOException {
        Path tar = directory.resolve("archive.tar");
        backUp(store, tar);
        byte[] bytes = Files.readAllBytes(tar);
        for (String size : List.of("77777777777", "00000000000", "-0000000001", "zzzzzzzzzzz", "           ")) {
            byte[] hostile = bytes.clone();
            int header = headerOf(hostile, stateName(SECOND));
            System.arraycopy(size.getBytes(StandardCharsets.US_ASCII), 0, hostile, header + 124, 11);
            sign(hostile, header);
            Path file = Files.write(directory.resolve("hostile.tar"), hostile);
            InMemoryContractStore found = InMemoryContractStore.create();
            RestoreReport report = restore(file, found);
            assertThat(read(found, SECOND)).as(size).isEmpty();
            assertThat(report.refused()).as(size).isNotEmpty();
        }
    }

    private void assertRefused(StoredContract contract, String reason) {
        RestoreReport report = restore(archive, restored);
        assertThat(report.restored()).isEqualTo(2);
        assertThat(report.refused()).anySatisfy(defect -> {
            assertThat(defect.name()).contains(contract.contract().id().toString());
            assertThat(defect.reason()).contains(reason);
        });
        assertThat(read(restored, contract)).isEmpty();
    }

    private static List<String> reasons(RestoreReport report) {
        return report.refused().stream().map(Defect::reason).toList();
    }

    private Path stateFile(StoredContract contract) {
        return archive.resolve(stateName(contract));
    }

    private static String stateName(StoredContract contract) {
        return ArchiveEntry.state(contract.contract().id(), contract.digest()).name();
    }

    private static void add(TarArchiveOutputStream out, TarArchiveEntry entry, String content) throws IOException {
        add(out, entry, content.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(TarArchiveOutputStream out, TarArchiveEntry entry, byte[] content) throws IOException {
        entry.setSize(content.length);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    private static int headerOf(byte[] tar, String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int offset = 0; offset < tar.length; offset += 512) {
            if (Arrays.equals(tar, offset, offset + wanted.length, wanted, 0, wanted.length)) {
                return offset;
            }
        }
        throw new AssertionError("no header of " + name);
    }

    /** Writes the checksum of a header. */
    private static void sign(byte[] tar, int header) {
        Arrays.fill(tar, header + 148, header + 156, (byte) ' ');
        int sum = 0;
        for (int i = header; i < header + 512; i++) {
            sum += tar[i] & 0xff;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII), 0, tar, header + 148, 8);
    }
}
