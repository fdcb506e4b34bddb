package dev.tributary.transport.identity;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** The self-signed certificate that TLS requires for a public key. Only its key is evaluated. */
final class SelfSignedCertificate {

    private static final byte[] VERSION_3 = HexFormat.of().parseHex("a003020102");
    private static final byte[] ECDSA_WITH_SHA256 = HexFormat.of().parseHex("300a06082a8648ce3d040302");
    private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");

    private SelfSignedCertificate() {}

    static X509Certificate create(KeyPair keys, SecureRandom random) throws GeneralSecurityException {
        byte[] name = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8String("tributary"))));
        // From 1970 to the latest date: a node with a wrong clock must still be accepted.
        byte[] validity = Der.sequence(Der.utcTime("700101000000Z"), Der.generalizedTime("99991231235959Z"));
        byte[] serial = Der.integer(new BigInteger(63, random).add(BigInteger.ONE));
        byte[] key = keys.getPublic().getEncoded();
        byte[] body = Der.sequence(VERSION_3, serial, ECDSA_WITH_SHA256, name, validity, name, key);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate(), random);
        signature.update(body);
        byte[] bits = Der.bitString(signature.sign());
        return parse(Der.sequence(body, ECDSA_WITH_SHA256, bits));
    }

    static X509Certificate parse(byte[] encoded) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }
}
