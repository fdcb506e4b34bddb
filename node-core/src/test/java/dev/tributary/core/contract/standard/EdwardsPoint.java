package dev.tributary.core.contract.standard;

import dev.tributary.core.value.Bytes;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** A point of edwards25519 in affine coordinates, with slow and plain arithmetic: for making unusual signatures. */
record EdwardsPoint(BigInteger x, BigInteger y) {

    /** The order of the base point. */
    static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    static final EdwardsPoint IDENTITY = new EdwardsPoint(BigInteger.ZERO, BigInteger.ONE);

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger D = over(BigInteger.valueOf(-121665), BigInteger.valueOf(121666));

    static final EdwardsPoint BASE = even(over(BigInteger.valueOf(4), BigInteger.valueOf(5)));

    /** The eight points whose order divides 8. */
    static List<EdwardsPoint> ofSmallOrder() {
        BigInteger y = BigInteger.TWO;
        while (!hasPoint(y) || even(y).times(ORDER.shiftLeft(2)).equals(IDENTITY)) {
            y = y.add(BigInteger.ONE);
        }
        EdwardsPoint generator = even(y).times(ORDER);
        List<EdwardsPoint> points = new ArrayList<>(List.of(IDENTITY));
        for (int i = 1; i < 8; i++) {
            points.add(points.get(i - 1).plus(generator));
        }
        return points;
    }

    EdwardsPoint plus(EdwardsPoint other) {
        BigInteger product = D.multiply(x.multiply(other.x)).multiply(y.multiply(other.y));
        return new EdwardsPoint(
                over(x.multiply(other.y).add(y.multiply(other.x)), BigInteger.ONE.add(product)),
                over(y.multiply(other.y).add(x.multiply(other.x)), BigInteger.ONE.subtract(product)));
    }

    EdwardsPoint times(BigInteger factor) {
        EdwardsPoint sum = IDENTITY;
        for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
            sum = sum.plus(sum);
            sum = factor.testBit(bit) ? sum.plus(this) : sum;
        }
        return sum;
    }

    /** The 32 bytes of RFC 8032. */
    Bytes encoded() {
        return encoded(y, x.testBit(0));
    }

    /** Bytes that a lenient reader takes for this point, but that RFC 8032 forbids: y + p, or the sign of x = 0. */
    List<Bytes> forbiddenEncodings() {
        List<Bytes> encodings = new ArrayList<>();
        if (x.signum() == 0) {
            encodings.add(encoded(y, true));
        }
        if (y.add(P).bitLength() <= 255) {
            encodings.add(encoded(y.add(P), x.testBit(0)));
            if (x.signum() == 0) {
                encodings.add(encoded(y.add(P), true));
            }
        }
        return encodings;
    }

    static byte[] littleEndian(BigInteger number) {
        byte[] bytes = new byte[32];
        for (int bit = 0; bit < 256; bit++) {
            bytes[bit / 8] |= (byte) (number.testBit(bit) ? 1 << bit % 8 : 0);
        }
        return bytes;
    }

    private static Bytes encoded(BigInteger y, boolean odd) {
        return Bytes.wrap(littleEndian(odd ? y.setBit(255) : y));
    }

    private static BigInteger over(BigInteger numerator, BigInteger denominator) {
        return numerator.multiply(denominator.modInverse(P)).mod(P);
    }

    private static boolean hasPoint(BigInteger y) {
        BigInteger square = squareOfX(y);
        return square.signum() == 0 || square.modPow(P.shiftRight(1), P).equals(BigInteger.ONE);
    }

    /** The point with this y and an even x. */
    private static EdwardsPoint even(BigInteger y) {
        BigInteger square = squareOfX(y);
        BigInteger x = square.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).mod(P).equals(square)) {
            x = x.multiply(BigInteger.TWO.modPow(P.shiftRight(2), P)).mod(P);
        }
        return new EdwardsPoint(x.testBit(0) ? P.subtract(x) : x, y);
    }

    private static BigInteger squareOfX(BigInteger y) {
        BigInteger square = y.multiply(y).mod(P);
        return over(square.subtract(BigInteger.ONE), D.multiply(square).add(BigInteger.ONE));
    }
}
