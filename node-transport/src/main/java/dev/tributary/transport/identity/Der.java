package dev.tributary.transport.identity;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Encodes values of ASN.1 in DER, each up to 65535 bytes long. */
final class Der {

    private Der() {}

    static byte[] integer(BigInteger value) {
        return encode(0x02, value.toByteArray());
    }

    /** A string of whole bytes. */
    static byte[] bitString(byte[] bytes) {
        return encode(0x03, new byte[1], bytes);
    }

    static byte[] utf8String(String text) {
        return encode(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A time with a year of two digits. */
    static byte[] utcTime(String time) {
        return encode(0x17, time.getBytes(StandardCharsets.US_ASCII));
    }

    /** A time with a year of four digits. */
    static byte[] generalizedTime(String time) {
        return encode(0x18, time.getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] sequence(byte[]... parts) {
        return encode(0x30, parts);
    }

    static byte[] set(byte[]... parts) {
        return encode(0x31, parts);
    }

    private static byte[] encode(int tag, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = Stream.of(parts).mapToInt(part -> part.length).sum();
        if (length >= 256) {
            out.write(0x82);
            out.write(length >>> 8);
        } else if (length >= 128) {
            out.write(0x81);
        }
        out.write(length);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
