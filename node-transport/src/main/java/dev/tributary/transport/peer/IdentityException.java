package dev.tributary.transport.peer;

/** Something that should be the identity of a node is not, and the message says why. */
public final class IdentityException extends RuntimeException {

    IdentityException(String problem) {
        super(text(problem));
    }

    IdentityException(String problem, Throwable cause) {
        super(text(problem), cause);
    }

    private static String text(String problem) {
        return "not a node identity: " + problem + "; needed are, as PEM, one PRIVATE KEY (ECDSA P-256, PKCS 8)"
                + " and one self-signed CERTIFICATE for it";
    }
}
