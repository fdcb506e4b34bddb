package dev.tributary.transport.identity;

import dev.tributary.core.value.PeerId;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** TLS 1.3 with mutual authentication. */
public final class PeerTls {

    private static final String PROTOCOL = "TLSv1.3";

    private final SslContext dialling;
    private final SslContext accepting;

    private PeerTls(SslContext dialling, SslContext accepting) {
        this.dialling = dialling;
        this.accepting = accepting;
    }

    /** Creates the client and server contexts for the identity. */
    public static PeerTls open(NodeIdentity identity, TlsEngine engine) {
        SslProvider provider = engine.provider();
        try {
            SslContextBuilder dialling = SslContextBuilder.forClient()
                    .keyManager(identity.key(), identity.certificate())
                    // A peer is identified by its key, not by the dialled host name.
                    .endpointIdentificationAlgorithm(null);
            SslContextBuilder accepting = SslContextBuilder.forServer(identity.key(), identity.certificate())
                    .clientAuth(ClientAuth.REQUIRE);
            return new PeerTls(build(dialling, provider), build(accepting, provider));
        } catch (SSLException e) {
            throw new IdentityException("TLS does not accept it (" + e.getMessage() + ")", e);
        }
    }

    private static SslContext build(SslContextBuilder builder, SslProvider provider) throws SSLException {
        return builder.sslProvider(provider)
                // The key stays in memory: the default type would encrypt it for 0.1 s at each start.
                .keyStoreType("JKS")
                .protocols(PROTOCOL)
                .trustManager(new AnyPeerTrust())
                .build();
    }

    public SslHandler dialling(ByteBufAllocator allocator) {
        return withoutTimeout(dialling.newHandler(allocator));
    }

    public SslHandler accepting(ByteBufAllocator allocator) {
        return withoutTimeout(accepting.newHandler(allocator));
    }

    private static SslHandler withoutTimeout(SslHandler handler) {
        // The timeout of the whole handshake includes TLS, and reports the reason more precisely.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** Returns the verified id of the peer. Call it after the TLS handshake. */
    public static PeerId peer(SslHandler tls) {
        try {
            return PeerKeys.idOf(
                    tls.engine().getSession().getPeerCertificates()[0].getPublicKey());
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("TLS ended its handshake without a certificate", e);
        }
    }
}
