package dev.tributary.transport.identity;

import dev.tributary.core.value.Bounds;
import dev.tributary.core.value.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Collections;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The identity of a node: an ECDSA P-256 key pair and a self-signed certificate, which does not expire. Immutable.
 * Holds the private key, which {@link #toString()} does not reveal.
 */
public final class NodeIdentity {

    /** Difficulty for public networks: the key search of the first start takes about a second on two processors. */
    public static final int PUBLIC_DIFFICULTY = 17;

    /** Maximum difficulty: beyond it, the key search of the first start would take days. */
    public static final int MAX_DIFFICULTY = 32;

    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";
    // Maximum size of an encoded identity in bytes: ten times the usual size.
    private static final int MAX_ENCODED_BYTES = 16 * 1024;

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final PeerId peerId;

    private NodeIdentity(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
        this.peerId = PeerKeys.idOf(certificate.getPublicKey());
    }

    /** Generates a random identity, for a network without a puzzle. Blocks for some milliseconds. */
    public static NodeIdentity generate(SecureRandom random) {
        return generate(random, 0);
    }

    /**
     * Generates a random identity whose peer id solves the puzzle; see {@link PeerId#zeroBits()}. Blocks while all
     * processors search: the expected time doubles with each bit, the actual time varies.
     *
     * @param difficulty number of zero bits, 0 to {@link #MAX_DIFFICULTY}
     * @throws CancellationException if the thread is interrupted
     */
    public static NodeIdentity generate(SecureRandom random, int difficulty) {
        requireDifficulty(difficulty);
        try {
            KeyPair keys = find(new KeySearch(random, difficulty), difficulty);
            return of(keys.getPrivate(), SelfSignedCertificate.create(keys, random));
        } catch (GeneralSecurityException | ExecutionException e) {
            throw new IllegalStateException("every JDK has ECDSA P-256", e);
        }
    }

    /** Throws {@link IllegalArgumentException} with the allowed range if the difficulty is out of it. */
    public static void requireDifficulty(int difficulty) {
        Bounds.within("difficulty", difficulty, 0, MAX_DIFFICULTY);
    }

    private static KeyPair find(KeySearch search, int difficulty) throws GeneralSecurityException, ExecutionException {
        if (difficulty == 0) {
            return search.call();
        }
        int processors = Runtime.getRuntime().availableProcessors();
        ExecutorService searchers = Executors.newFixedThreadPool(processors);
        try {
            return searchers.invokeAny(Collections.nCopies(processors, search));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while generating an identity");
        } finally {
            searchers.shutdownNow();
        }
    }

    /** Creates an identity from a key and its certificate. Throws {@link IdentityException} if they do not match. */
    public static NodeIdentity of(PrivateKey key, X509Certificate certificate) {
        if (!PeerKeys.isSupported(certificate.getPublicKey())) {
            throw new IdentityException("the certificate's key is not ECDSA P-256 but "
                    + certificate.getPublicKey().getAlgorithm());
        }
        if (!matches(key, certificate)) {
            throw new IdentityException("the private key is not the one of the certificate");
        }
        return new NodeIdentity(key, certificate);
    }

    /** Parses the result of {@link #encode()}. Throws {@link IdentityException} if the input is invalid. */
    public static NodeIdentity decode(byte[] encoded) {
        if (encoded.length > MAX_ENCODED_BYTES) {
            throw new IdentityException(encoded.length + " bytes are too many, at most " + MAX_ENCODED_BYTES);
        }
        String text = new String(encoded, StandardCharsets.US_ASCII);
        try {
            PKCS8EncodedKeySpec pkcs8 = new PKCS8EncodedKeySpec(Pem.section(text, KEY));
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(pkcs8);
            return of(key, SelfSignedCertificate.parse(Pem.section(text, CERTIFICATE)));
        } catch (GeneralSecurityException e) {
            throw new IdentityException("the key or the certificate cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** Returns the identity as PEM, including the private key: store it where only the node can read it. */
    public byte[] encode() {
        try {
            return (Pem.write(KEY, key.getEncoded()) + Pem.write(CERTIFICATE, certificate.getEncoded()))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a valid certificate can be encoded", e);
        }
    }

    /** Returns the peer id derived from the public key: SHA-256 of its SubjectPublicKeyInfo. */
    public PeerId peerId() {
        return peerId;
    }

    public PrivateKey key() {
        return key;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    @Override
    public String toString() {
        return "identity of " + peerId;
    }

    private static boolean matches(PrivateKey key, X509Certificate certificate) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
