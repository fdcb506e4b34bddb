package dev.tributary.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class NodeIdentityTests {

    private final SecureRandom random = new SecureRandom();
    private final NodeIdentity identity = NodeIdentity.generate(random);

    @Test
    void encodedIdentityDecodesUnchanged() {
        NodeIdentity decoded = NodeIdentity.decode(identity.encode());

        assertThat(decoded.peerId()).isEqualTo(identity.peerId());
        assertThat(decoded.certificate()).isEqualTo(identity.certificate());
        assertThat(decoded.key()).isEqualTo(identity.key());
    }

    @Test
    void peerIdIsHashOfPublicKey() throws GeneralSecurityException {
        byte[] key = identity.certificate().getPublicKey().getEncoded();

        assertThat(identity.peerId().bytes().toArray())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(key));
    }

    @Test
    void certificateIsSelfSignedAndAlwaysValid() throws GeneralSecurityException {
        identity.certificate().verify(identity.certificate().getPublicKey());
        identity.certificate().checkValidity(Date.from(Instant.parse("1971-01-01T00:00:00Z")));
        identity.certificate().checkValidity(Date.from(Instant.parse("9999-12-01T00:00:00Z")));
    }

    @Test
    void generatedIdentitiesDiffer() {
        assertThat(NodeIdentity.generate(random).peerId()).isNotEqualTo(identity.peerId());
    }

    @Test
    void identityWithDifficultySolvesPuzzleAndCanBeEncoded() {
        NodeIdentity difficult = NodeIdentity.generate(random, 11);

        assertThat(difficult.peerId().zeroBits()).isGreaterThanOrEqualTo(11);
        assertThat(NodeIdentity.decode(difficult.encode()).peerId()).isEqualTo(difficult.peerId());
        assertThat(NodeIdentity.generate(random, 11).peerId()).isNotEqualTo(difficult.peerId());
    }

    @Test
    void tooHighDifficultyIsRefused() {
        assertThatThrownBy(() -> NodeIdentity.generate(random, 33))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("difficulty must be in 0..32, not 33");
    }

    @Test
    void interruptedSearchEnds() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> NodeIdentity.generate(random, 32)).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void toStringHidesPrivateKey() {
        assertThat(identity).hasToString("identity of " + identity.peerId());
    }

    @Test
    void invalidInputIsRefusedWithRequiredFormat() {
        assertRefused("hello", "no PRIVATE KEY");
        assertRefused("", "no PRIVATE KEY");
        assertRefused("x".repeat(20_000), "20000 bytes are too many");
    }

    @Test
    void damagedKeyIsRefused() {
        String text = text();
        assertRefused(text.replaceFirst("\nM", "\nA"), "cannot be read");
        assertRefused(text.substring(0, text.indexOf("-----BEGIN CERT")), "no CERTIFICATE");
        assertRefused(text + text, "more than one PRIVATE KEY");
        assertRefused(text.replaceFirst("\nM", "\n="), "Base64");
    }

    @Test
    void keyWithCertificateOfAnotherKeyIsRefused() {
        assertThatThrownBy(() -> NodeIdentity.of(NodeIdentity.generate(random).key(), identity.certificate()))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("not the one of the certificate");
    }

    @Test
    void onlyP256KeysAreAccepted() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(384);
        KeyPair other = generator.generateKeyPair();

        assertThat(PeerKeys.isSupported(other.getPublic())).isFalse();
        assertThat(PeerKeys.isSupported(identity.certificate().getPublicKey())).isTrue();
        assertThatThrownBy(() -> NodeIdentity.of(other.getPrivate(), SelfSignedCertificate.create(other, random)))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("P-256");
    }

    private String text() {
        return new String(identity.encode(), StandardCharsets.US_ASCII);
    }

    private static void assertRefused(String text, String problem) {
        assertThatThrownBy(() -> NodeIdentity.decode(text.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining("required: one PRIVATE KEY");
    }
}
