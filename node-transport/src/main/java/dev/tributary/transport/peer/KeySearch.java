package dev.tributary.transport.peer;

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
 * Looks for a key pair whose peer id solves the puzzle, until it is interrupted. From a random key pair it goes on by
 * adding the curve's generator to the public key and one to the private key: one addition of points is tens of times
 * cheaper than a key pair, and no less secret, since nobody learns where it began.
 */
final class KeySearch implements Callable<KeyPair> {

    /** So many additions share one division, which costs as much as a hundred multiplications. */
    private static final int BATCH = 256;

    private static final int COORDINATE = 32;

    private static final BigInteger P = ((ECFieldFp) PeerKeys.P256.getCurve().getField()).getP();

    /** One to {@link #BATCH} times the generator. */
    private static final ECPoint[] STEPS = steps();

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
            ECPoint[] next = afterSteps(base);
            for (int i = 0; i < BATCH; i++) {
                if (idOf(next[i], encoded).zeroBits() >= difficulty) {
                    return keyPair(secret.add(BigInteger.valueOf(i + 1L)), next[i]);
                }
            }
            base = next[BATCH - 1];
            secret = secret.add(BigInteger.valueOf(BATCH));
        }
        throw new CancellationException("nobody wants the key any more");
    }

    private static PeerId idOf(ECPoint key, byte[] encoded) {
        int end = encoded.length;
        write(key.getAffineX(), encoded, end - 2 * COORDINATE);
        write(key.getAffineY(), encoded, end - COORDINATE);
        return PeerKeys.idOf(encoded);
    }

    private static void write(BigInteger coordinate, byte[] to, int at) {
        byte[] bytes = coordinate.toByteArray();
        for (int i = 1; i <= COORDINATE; i++) {
            to[at + COORDINATE - i] = i <= bytes.length ? bytes[bytes.length - i] : 0;
        }
    }

    private static KeyPair keyPair(BigInteger secret, ECPoint point) throws GeneralSecurityException {
        ECParameterSpec curve = PeerKeys.P256;
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new KeyPair(
                factory.generatePublic(new ECPublicKeySpec(point, curve)),
                factory.generatePrivate(new ECPrivateKeySpec(secret.mod(curve.getOrder()), curve)));
    }

    /** The point plus each of the steps. The inverses are had together: that of the product, divided up again. */
    private static ECPoint[] afterSteps(ECPoint base) {
        BigInteger[] product = new BigInteger[BATCH + 1];
        product[0] = BigInteger.ONE;
        for (int i = 0; i < BATCH; i++) {
            product[i + 1] = product[i].multiply(run(base, STEPS[i])).mod(P);
        }
        BigInteger inverse = product[BATCH].modInverse(P);
        ECPoint[] sums = new ECPoint[BATCH];
        for (int i = BATCH - 1; i >= 0; i--) {
            sums[i] = sum(base, STEPS[i], inverse.multiply(product[i]).mod(P));
            inverse = inverse.multiply(run(base, STEPS[i])).mod(P);
        }
        return sums;
    }

    private static BigInteger run(ECPoint from, ECPoint to) {
        return to.getAffineX().subtract(from.getAffineX());
    }

    private static ECPoint sum(ECPoint a, ECPoint b, BigInteger inverseRun) {
        return third(a, b, b.getAffineY().subtract(a.getAffineY()).multiply(inverseRun));
    }

    /** Where the line of this slope through both points meets the curve again, mirrored. */
    private static ECPoint third(ECPoint a, ECPoint b, BigInteger anySlope) {
        BigInteger slope = anySlope.mod(P);
        BigInteger x = slope.multiply(slope)
                .subtract(a.getAffineX())
                .subtract(b.getAffineX())
                .mod(P);
        BigInteger y = slope.multiply(a.getAffineX().subtract(x))
                .subtract(a.getAffineY())
                .mod(P);
        return new ECPoint(x, y);
    }

    private static ECPoint[] steps() {
        ECPoint one = PeerKeys.P256.getGenerator();
        BigInteger x = one.getAffineX();
        BigInteger tangent = x.multiply(x)
                .multiply(BigInteger.valueOf(3))
                .add(PeerKeys.P256.getCurve().getA())
                .multiply(one.getAffineY().shiftLeft(1).modInverse(P));
        ECPoint[] steps = new ECPoint[BATCH];
        steps[0] = one;
        steps[1] = third(one, one, tangent);
        for (int i = 2; i < BATCH; i++) {
            steps[i] = sum(steps[i - 1], one, run(steps[i - 1], one).modInverse(P));
        }
        return steps;
    }
}
