package dev.tributary.app.store;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.transport.identity.NodeIdentity;
import java.security.SecureRandom;

/** Gives a data directory without a key a new identity. */
final class NewIdentity {

    private NewIdentity() {}

    /** Generates the identity with the difficulty of the configuration, about a second for that of public networks. */
    static NodeIdentity create(DataDirectory directory, AppConfig config) {
        NodeIdentity identity = NodeIdentity.generate(
                new SecureRandom(), config.transport().network().difficulty());
        directory.writeKey(identity.encode());
        return identity;
    }
}
