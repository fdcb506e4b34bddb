package dev.tributary.transport.peer;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Which TLS engine secures the links. Both speak to each other. */
public enum TlsEngine {
    /** BoringSSL where its native library is on the class path, else the JDK's: about twice as fast as the latter. */
    BEST,
    /** The JDK's. */
    JDK;

    SslProvider provider() {
        return this == BEST && OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }
}
