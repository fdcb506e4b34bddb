package dev.tributary.transport.identity;

import dev.tributary.core.value.PeerId;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/**
 * Searches for a key pair whose peer id solves the puzzle, until interrupted. It starts with a random key pair and
 * steps by adding the curve's generator to the public key and one to the private key: a point addition is tens of times
 * cheaper than generating a key pair, and equally secure, because the start remains secret.
 */
final class KeySearch implements Callable<KeyPair> {

    /** Number of additions that share one modular inversion, which costs as much as a hundred multiplications. */
    private static final int BATCH = 256;

    private static final int COORDINATE_BYTES = 32;

    private static final BigInteger P = ((ECFieldFp) PeerKeys.P256.getCurve().getField()).getP();

    /** Multiples of the generator, from 1 to {@link #BATCH}. */
    private static final ECPoint[] MULTIPLES = multiples();

    private final SecureRandom random;
    private final int difficulty;

    KeySearch(SecureRandom random, int difficulty) {
        this.random = random;
        this.difficulty = difficulty;
    }

    @Override
    public KeyPair call() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(PeerKeys.CURVE, random);
        KeyPair start = generator.generateKeyPair();
        if (PeerKeys.idOf(start.getPublic()).zeroBits() >= difficulty) {
            return start;
        }
        ECPoint base = ((ECPublicKey) start.getPublic()).getW();
        BigInteger secret = ((ECPrivateKey) start.getPrivate()).getS();
        byte[] encoded = start.getPublic().getEncoded();
        while (!Thread.interrupted()) {
            ECPoint[] next = addMultiples(base);
            for (int i = 0; i < BATCH; i++) {
                if (idOf(next[i], encoded).zeroBits() >= difficulty) {
                    return keyPair(secret.add(BigInteger.valueOf(i + 1L)), next[i]);
                }
            }
            base = next[BATCH - 1];
            secret = secret.add(BigInteger.valueOf(BATCH));
        }
        throw new CancellationException("the key search was interrupted");
    }

    private static PeerId idOf(ECPoint key, byte[] encoded) {
        int end = encoded.length;
        write(key.getAffineX(), encoded, end - 2 * COORDINATE_BYTES);
        write(key.getAffineY(), encoded, end - COORDINATE_BYTES);
        return PeerKeys.idOf(encoded);
    }

    private static void write(BigInteger coordinate, byte[] to, int at) {
        byte[] bytes = coordinate.toByteArray();
        for (int i = 1; i <= COORDINATE_BYTES; i++) {
            to[at + COORDINATE_BYTES - i] = i <= bytes.length ? bytes[bytes.length - i] : 0;
        }
    }

    private static KeyPair keyPair(BigInteger secret, ECPoint point) throws GeneralSecurityException {
        ECParameterSpec curve = PeerKeys.P256;
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new KeyPair(
                factory.generatePublic(new ECPublicKeySpec(point, curve)),
                factory.generatePrivate(new ECPrivateKeySpec(secret.mod(curve.getOrder()), curve)));
    }

    /** Returns the sums of the point and each multiple. All inverses are derived from the inverse of the product. */
    private static ECPoint[] addMultiples(ECPoint base) {
        BigInteger[] products = new BigInteger[BATCH + 1];
        products[0] = BigInteger.ONE;
        for (int i = 0; i < BATCH; i++) {
            products[i + 1] = products[i].multiply(deltaX(base, MULTIPLES[i])).mod(P);
        }
        BigInteger inverse = products[BATCH].modInverse(P);
        ECPoint[] sums = new ECPoint[BATCH];
        for (int i = BATCH - 1; i >= 0; i--) {
            sums[i] = sum(base, MULTIPLES[i], inverse.multiply(products[i]).mod(P));
            inverse = inverse.multiply(deltaX(base, MULTIPLES[i])).mod(P);
        }
        return sums;
    }

    private static BigInteger deltaX(ECPoint from, ECPoint to) {
        return to.getAffineX().subtract(from.getAffineX());
    }

    private static ECPoint sum(ECPoint a, ECPoint b, BigInteger inverseDeltaX) {
        return mirroredIntersection(
                a, b, b.getAffineY().subtract(a.getAffineY()).multiply(inverseDeltaX));
    }

    /** Returns the mirrored third intersection of the curve with the line of this slope through both points. */
    private static ECPoint mirroredIntersection(ECPoint a, ECPoint b, BigInteger unreducedSlope) {
        BigInteger slope = unreducedSlope.mod(P);
        BigInteger x = slope.multiply(slope)
                .subtract(a.getAffineX())
                .subtract(b.getAffineX())
                .mod(P);
        BigInteger y = slope.multiply(a.getAffineX().subtract(x))
                .subtract(a.getAffineY())
                .mod(P);
        return new ECPoint(x, y);
    }

    private static ECPoint[] multiples() {
        ECPoint one = PeerKeys.P256.getGenerator();
        BigInteger x = one.getAffineX();
        BigInteger tangent = x.multiply(x)
                .multiply(BigInteger.valueOf(3))
                .add(PeerKeys.P256.getCurve().getA())
                .multiply(one.getAffineY().shiftLeft(1).modInverse(P));
        ECPoint[] multiples = new ECPoint[BATCH];
        multiples[0] = one;
        multiples[1] = mirroredIntersection(one, one, tangent);
        for (int i = 2; i < BATCH; i++) {
            multiples[i] =
                    sum(multiples[i - 1], one, deltaX(multiples[i - 1], one).modInverse(P));
        }
        return multiples;
    }
}
