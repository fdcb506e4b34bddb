package dev.tributary.transport.identity;

/** The input is not a valid node identity. The message contains the reason. */
public final class IdentityException extends RuntimeException {

    IdentityException(String problem) {
        super(text(problem));
    }

    IdentityException(String problem, Throwable cause) {
        super(text(problem), cause);
    }

    private static String text(String problem) {
        return "not a node identity: " + problem + "; required: one PRIVATE KEY (ECDSA P-256, PKCS 8)"
                + " and one self-signed CERTIFICATE for it, as PEM";
    }
}
