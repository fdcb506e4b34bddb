package dev.tributary.core.value;

import java.math.BigInteger;

/** Base58 with the Bitcoin alphabet, strict: every value has exactly one accepted text. */
final class Base58 {

    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(58);

    private Base58() {}

    static String encode(Bytes bytes) {
        StringBuilder text = new StringBuilder();
        for (BigInteger remaining = new BigInteger(1, bytes.shared()); remaining.signum() > 0; ) {
            BigInteger[] division = remaining.divideAndRemainder(BASE);
            text.append(ALPHABET.charAt(division[1].intValue()));
            remaining = division[0];
        }
        for (int i = 0; i < bytes.size() && bytes.at(i) == 0; i++) {
            text.append('1');
        }
        return text.reverse().toString();
    }

    /**
     * Decodes 32 bytes.
     *
     * @param label label of the value for the error message
     * @throws IllegalArgumentException with the invalid character or the wrong length
     */
    static Bytes decode32(String text, String label) {
        // 32 bytes are at most 44 digits: longer input is refused before the arithmetic.
        if (text.isEmpty() || text.length() > 44) {
            throw new IllegalArgumentException(label + " must have 32 to 44 Base58 characters, not " + text.length());
        }
        BigInteger value = BigInteger.ZERO;
        int zeros = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = ALPHABET.indexOf(text.charAt(i));
            if (digit < 0) {
                throw new IllegalArgumentException(label + " has '" + text.charAt(i) + "' at position " + (i + 1)
                        + ", which is not a Base58 character (1-9, A-Z without I and O, a-z without l)");
            }
            value = value.multiply(BASE).add(BigInteger.valueOf(digit));
            zeros += value.signum() == 0 ? 1 : 0;
        }
        int significant = (value.bitLength() + 7) / 8;
        if (zeros + significant != Digest.SIZE) {
            throw new IllegalArgumentException(label + " must decode to 32 bytes, not " + (zeros + significant));
        }
        byte[] decoded = new byte[Digest.SIZE];
        byte[] magnitude = value.toByteArray();
        int length = Math.min(significant, magnitude.length);
        System.arraycopy(magnitude, magnitude.length - length, decoded, Digest.SIZE - length, length);
        return Bytes.wrap(decoded);
    }
}
