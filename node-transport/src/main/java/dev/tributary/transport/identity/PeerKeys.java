package dev.tributary.transport.identity;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.PeerId;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;

/** The accepted type of public keys, and the derivation of peer ids. */
final class PeerKeys {

    static final ECGenParameterSpec CURVE = new ECGenParameterSpec("secp256r1");

    static final ECParameterSpec P256 = p256();

    private PeerKeys() {}

    static boolean isSupported(PublicKey key) {
        return key instanceof ECPublicKey ec
                && P256.getCurve().equals(ec.getParams().getCurve())
                && P256.getGenerator().equals(ec.getParams().getGenerator());
    }

    /** Returns SHA-256 of the key's SubjectPublicKeyInfo. */
    static PeerId idOf(PublicKey key) {
        return idOf(key.getEncoded());
    }

    /** Returns SHA-256 of an encoded SubjectPublicKeyInfo. */
    static PeerId idOf(byte[] subjectPublicKeyInfo) {
        try {
            return new PeerId(Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(subjectPublicKeyInfo)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static ECParameterSpec p256() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(CURVE);
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }
}
