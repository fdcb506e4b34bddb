package dev.tributary.transport.client.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientEncodingTests {

    @Test
    void encodingIsFoundByItsLowerCaseName() {
        assertThat(ClientEncoding.named("flatbuffers")).contains(ClientEncoding.FLATBUFFERS);
        assertThat(ClientEncoding.named("native")).contains(ClientEncoding.NATIVE);
    }

    @Test
    void otherSpellingsAreNotFound() {
        assertThat(ClientEncoding.named("Native")).isEmpty();
        assertThat(ClientEncoding.named("")).isEmpty();
        assertThat(ClientEncoding.named("foo")).isEmpty();
    }
}
