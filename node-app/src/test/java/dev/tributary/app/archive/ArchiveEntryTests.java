package dev.tributary.app.archive;

import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveEntryTests {

    private static final StoredContract STORED = sample(1, 10, 1);

    @Test
    void everyEntryHasOneNameWhichFitsIntoATarHeader() {
        for (ArchiveEntry entry : new ArchiveEntry[] {
            ArchiveEntry.MANIFEST,
            ArchiveEntry.COMPLETE,
            ArchiveEntry.IDENTITY,
            ArchiveEntry.contract(STORED.contract().id()),
            ArchiveEntry.state(STORED.contract().id(), STORED.digest()),
            ArchiveEntry.code(STORED.contract().code().hash())
        }) {
            assertThat(ArchiveEntry.named(entry.name())).contains(entry);
            assertThat(entry.name().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(100);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/passwd",
                "../manifest",
                "contracts/",
                "contracts/../../identity.key",
                "contracts/1111111111111111111111111111111",
                "contracts/11111111111111111111111111111111/x",
                "contracts//11111111111111111111111111111111",
                "states/11111111111111111111111111111111",
                "states/11111111111111111111111111111111-../../../../../../../tmp/file",
                "states/11111111111111111111111111111111-0123456789ABCDEF0123456789ABCDEF",
                "states/-0123456789abcdef0123456789abcdef",
                "code/..",
                "identity.key/",
                "secrets/1",
                "manifest\u0000"
            })
    void anyOtherNameIsNoEntry(String name) {
        assertThat(ArchiveEntry.named(name)).isEmpty();
    }

    @Test
    void metadataIsReadBackAndLinesOfLaterProgramsAreSkipped() throws IOException {
        ArchivedContract metadata = ArchivedContract.of(STORED);
        assertThat(ArchivedContract.decode(metadata.encode())).isEqualTo(metadata);
        String text = metadata.encode().toUtf8();
        String lines = text.substring(0, text.indexOf("sha256 ")) + "kept since-yesterday";
        Bytes extended = SealedText.encode(lines.lines().toList());
        assertThat(ArchivedContract.decode(extended)).isEqualTo(metadata);
    }
}
