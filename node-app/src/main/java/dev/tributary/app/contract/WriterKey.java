package dev.tributary.app.contract;

import dev.tributary.app.storage.KeyFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Ed25519 key of somebody who writes states of the signed standard contracts, in a file as PEM. */
public final class WriterKey {

    private static final String ALGORITHM = "Ed25519";
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    /** What the standard encoding has in front of the 32 bytes of a public key. */
    private static final String PREFIX = "302a300506032b6570032100";

    private WriterKey() {}

    /** The key in the file, which is made, for its owner's eyes only, if it is missing. */
    public static KeyPair loadOrCreate(Path file) {
        return new KeyFile(file.toAbsolutePath()).loadOrCreate(() -> encode(generate()), WriterKey::decode);
    }

    /** The public key as its 64 digits. */
    static String hex(PublicKey key) {
        return HexFormat.of().formatHex(key.getEncoded()).substring(PREFIX.length());
    }

    /** Reads 64 digits; throws {@link IllegalArgumentException} that says what is allowed. */
    static PublicKey parse(String digits) {
        if (!digits.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("a writer's public key is 64 hexadecimal digits");
        }
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(PREFIX + digits)));
        } catch (GeneralSecurityException unfit) {
            throw new IllegalArgumentException("it is no public key of Ed25519: " + unfit.getMessage(), unfit);
        }
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("every JDK has Ed25519", absent);
        }
    }

    private static byte[] encode(KeyPair keys) {
        return (pem(PRIVATE, keys.getPrivate().getEncoded())
                        + pem(PUBLIC, keys.getPublic().getEncoded()))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static KeyPair decode(byte[] encoded) {
        String text = new String(encoded, StandardCharsets.US_ASCII);
        try {
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
            PrivateKey secret = factory.generatePrivate(new PKCS8EncodedKeySpec(section(text, PRIVATE)));
            PublicKey open = factory.generatePublic(new X509EncodedKeySpec(section(text, PUBLIC)));
            requirePair(secret, open);
            return new KeyPair(open, secret);
        } catch (GeneralSecurityException unfit) {
            throw new IllegalArgumentException("it is no key of Ed25519: " + unfit.getMessage(), unfit);
        }
    }

    private static void requirePair(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        byte[] message = open.getEncoded();
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(secret);
        signature.update(message);
        byte[] proof = signature.sign();
        signature.initVerify(open);
        signature.update(message);
        if (!signature.verify(proof)) {
            throw new IllegalArgumentException("its private and its public key do not belong together");
        }
    }

    private static String pem(String title, byte[] content) {
        return "-----BEGIN " + title + "-----\n" + Base64.getEncoder().encodeToString(content) + "\n-----END " + title
                + "-----\n";
    }

    private static byte[] section(String text, String title) {
        Matcher section = Pattern.compile(
                        "-----BEGIN " + title + "-----([A-Za-z0-9+/=\\s]*)-----END " + title + "-----")
                .matcher(text);
        if (!section.find()) {
            throw new IllegalArgumentException("it has no section " + title);
        }
        return Base64.getMimeDecoder().decode(section.group(1));
    }
}
