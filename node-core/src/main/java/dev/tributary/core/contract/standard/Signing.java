package dev.tributary.core.contract.standard;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Parameters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import org.apache.commons.codec.digest.DigestUtils;

/** Shared by the signed contracts: keys as 32 bytes, and signatures over kind, parameters and content. */
final class Signing {

    static final int KEY_BYTES = 32;
    static final int SIGNATURE_BYTES = 64;

    private Signing() {}

    /** The 32 bytes of the key; throws {@link IllegalArgumentException} if it is not an Ed25519 key. */
    static byte[] raw(PublicKey key) {
        byte[] encoded = key.getEncoded();
        boolean isEd25519 = key.getAlgorithm().matches("EdDSA|Ed25519");
        if (!isEd25519 || encoded == null || encoded.length != 12 + KEY_BYTES) {
            throw new IllegalArgumentException("a writer's key must be an Ed25519 key, not " + key.getAlgorithm());
        }
        return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    }

    /** Parameters that consist of a writer's key and a name; throws like {@link #raw}. */
    static Parameters parameters(PublicKey writer, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return new Parameters(Bytes.wrap(ByteBuffer.allocate(KEY_BYTES + text.length)
                .put(raw(writer))
                .put(text)
                .array()));
    }

    static byte[] sha256(Bytes content) {
        return new DigestUtils("SHA-256").digest(content.toBuffer());
    }

    /** Signs the kind, the hash of the parameters and the parts; throws if the key is not an Ed25519 key. */
    static byte[] sign(PrivateKey key, String kind, Parameters parameters, byte[]... parts) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(kind.getBytes(StandardCharsets.US_ASCII));
            signature.update(sha256(parameters.bytes()));
            for (byte[] part : parts) {
                signature.update(part);
            }
            return signature.sign();
        } catch (GeneralSecurityException failed) {
            throw new IllegalArgumentException("the key cannot sign with Ed25519: " + failed.getMessage(), failed);
        }
    }
}
