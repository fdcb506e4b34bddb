package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.message.Refused;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusalMapperTests {

    private static final TransactionId TX = new TransactionId(1, 2);
    private static final PeerId PEER = ScriptedPeer.idAt(0.1, 1);

    @Test
    void refusalBecauseOfTheStoreNamesNoFile() {
        Refused refused = RefusalMapper.toRefusal(TX, new StorageException("cannot write to the store /home/a/index"));

        assertThat(refused.code()).isEqualTo(RefusalCode.STORAGE);
        assertThat(refused.detail()).isEqualTo("the store failed");
    }

    @Test
    void fileThatAPeerNamesIsNotShownToClients() {
        Refused refused = new Refused(TX, RefusalCode.STORAGE, "cannot write to the store /home/b/index", null);

        assertThat(RefusalMapper.toError(refused, PEER, Duration.ofSeconds(1)).getMessage())
                .doesNotContain("/home/b");
    }

    @Test
    void whatAPeerSaysIsQuotedAndCut() {
        Refused refused = new Refused(TX, RefusalCode.BUSY, "later\nERROR forged " + "x".repeat(3000), null);

        assertThat(RefusalMapper.toError(refused, PEER, Duration.ofSeconds(1)).getMessage())
                .contains(": \"later?ERROR forged xxx")
                .endsWith("...\"")
                .hasSizeLessThan(400);
    }
}
