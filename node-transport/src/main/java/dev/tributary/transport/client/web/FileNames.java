package dev.tributary.transport.client.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** Names of our own for the files of applications, so that no file system and no locale of the machine matters. */
final class FileNames {

    private FileNames() {}

    /** Returns the name of the file that holds the content of this path. */
    static String of(String path) {
        return HexFormat.of().formatHex(digest("SHA-256", path.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns the digest of a content as pages write it in {@code integrity}, without its algorithm. */
    static String integrity(String algorithm, byte[] content) {
        return Base64.getEncoder().encodeToString(digest(algorithm, content));
    }

    private static byte[] digest(String algorithm, byte[] content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
