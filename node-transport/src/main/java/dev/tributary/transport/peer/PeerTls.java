package dev.tributary.transport.peer;

import dev.tributary.core.value.PeerId;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** TLS 1.3 in which both sides show who they are. */
final class PeerTls {

    private static final String PROTOCOL = "TLSv1.3";

    private final SslContext dialling;
    private final SslContext accepting;

    private PeerTls(SslContext dialling, SslContext accepting) {
        this.dialling = dialling;
        this.accepting = accepting;
    }

    /** Prepares both sides for the identity. */
    static PeerTls open(NodeIdentity identity, TlsEngine engine) {
        SslProvider provider = engine.provider();
        try {
            SslContextBuilder dialling = SslContextBuilder.forClient()
                    .keyManager(identity.key(), identity.certificate())
                    // A peer is known by its key, not by the host name that it was dialled with.
                    .endpointIdentificationAlgorithm(null);
            SslContextBuilder accepting = SslContextBuilder.forServer(identity.key(), identity.certificate())
                    .clientAuth(ClientAuth.REQUIRE);
            return new PeerTls(build(dialling, provider), build(accepting, provider));
        } catch (SSLException e) {
            throw new IdentityException("TLS does not take it (" + e.getMessage() + ")", e);
        }
    }

    private static SslContext build(SslContextBuilder builder, SslProvider provider) throws SSLException {
        return builder.sslProvider(provider)
                .protocols(PROTOCOL)
                .trustManager(new AnyPeerTrust())
                .build();
    }

    SslHandler dialling(ByteBufAllocator allocator) {
        return unlimited(dialling.newHandler(allocator));
    }

    SslHandler accepting(ByteBufAllocator allocator) {
        return unlimited(accepting.newHandler(allocator));
    }

    private static SslHandler unlimited(SslHandler handler) {
        // The limit of the whole handshake covers this part, and says more clearly what it was.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** Who is at the other end, once the TLS handshake is over. */
    static PeerId peer(SslHandler tls) {
        try {
            return PeerKeys.idOf(
                    tls.engine().getSession().getPeerCertificates()[0].getPublicKey());
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("TLS ended its handshake without a certificate", e);
        }
    }
}
