package dev.tributary.app.contract;

import dev.tributary.app.directory.KeyFile;
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

/** The Ed25519 key of a writer of the signed standard contracts, stored in a PEM file. */
public final class WriterKey {

    private static final String ALGORITHM = "Ed25519";
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    /** Prefix of the standard encoding of a public key, before its 32 bytes. */
    private static final String PREFIX = "302a300506032b6570032100";

    private WriterKey() {}

    /** Loads the key from the file, or creates the file, readable by its owner only, if it does not exist. */
    public static KeyPair loadOrCreate(Path file) {
        return new KeyFile(file.toAbsolutePath()).loadOrCreate(() -> encode(generate()), WriterKey::decode);
    }

    /** The public key as 64 hexadecimal digits. */
    static String hex(PublicKey key) {
        return HexFormat.of().formatHex(key.getEncoded()).substring(PREFIX.length());
    }

    /** Parses 64 hexadecimal digits; throws {@link IllegalArgumentException} with the reason if they are no key. */
    static PublicKey parse(String digits) {
        if (!digits.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("a writer's public key is 64 hexadecimal digits");
        }
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(PREFIX + digits)));
        } catch (GeneralSecurityException invalid) {
            throw new IllegalArgumentException("not an Ed25519 public key: " + invalid.getMessage(), invalid);
        }
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has Ed25519", missing);
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
            PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(section(text, PRIVATE)));
            PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(section(text, PUBLIC)));
            requirePair(privateKey, publicKey);
            return new KeyPair(publicKey, privateKey);
        } catch (GeneralSecurityException invalid) {
            throw new IllegalArgumentException("not an Ed25519 key: " + invalid.getMessage(), invalid);
        }
    }

    private static void requirePair(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
        byte[] message = publicKey.getEncoded();
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(privateKey);
        signature.update(message);
        byte[] proof = signature.sign();
        signature.initVerify(publicKey);
        signature.update(message);
        if (!signature.verify(proof)) {
            throw new IllegalArgumentException("the private and the public key do not match");
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
            throw new IllegalArgumentException("section missing: " + title);
        }
        return Base64.getMimeDecoder().decode(section.group(1));
    }
}
