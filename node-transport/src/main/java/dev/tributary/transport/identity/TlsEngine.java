package dev.tributary.transport.identity;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** The TLS engine of the links. Both engines interoperate. */
public enum TlsEngine {
    /** BoringSSL if its native library is on the class path, otherwise the JDK's. About twice as fast as the JDK's. */
    BEST,
    /** The JDK's engine. */
    JDK;

    SslProvider provider() {
        return this == BEST && OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }
}
