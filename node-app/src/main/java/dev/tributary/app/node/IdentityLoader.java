package dev.tributary.app.node;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.config.WhenKeyMissing;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.core.error.StorageException;
import dev.tributary.transport.identity.NodeIdentity;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads this node's identity from the data directory; generates it at the first start, with the difficulty that the
 * network requires. All methods block, and throw {@link StorageException} that names the key file and the remedy.
 */
public final class IdentityLoader {

    private static final Logger log = LoggerFactory.getLogger(IdentityLoader.class);

    private IdentityLoader() {}

    /** Loads it from an open data directory, for the node itself. */
    static NodeIdentity load(DataDirectory directory, AppConfig config) {
        return checked(directory.loadOrCreateKey(() -> generate(config), NodeIdentity::decode), config);
    }

    /** Loads it while a node may be running on the data directory, for other commands. */
    public static NodeIdentity load(AppConfig config) {
        return checked(
                DataDirectory.readOrCreateKey(config.dataDirectory(), () -> generate(config), NodeIdentity::decode),
                config);
    }

    private static byte[] generate(AppConfig config) {
        if (config.whenKeyMissing() == WhenKeyMissing.REFUSE && DataDirectory.hasStore(config.dataDirectory())) {
            throw new StorageException("the key file " + DataDirectory.keyFileOf(config.dataDirectory())
                    + " is missing, but the data directory has a store: restore the file from a backup, or start once with"
                    + " identity.when-missing = create to give the node a new identity");
        }
        int difficulty = config.transport().network().difficulty();
        if (difficulty > 0) {
            log.info("generating identity bits={} (17 bits take about 1 s, each further bit doubles it)", difficulty);
        }
        return NodeIdentity.generate(new SecureRandom(), difficulty).encode();
    }

    private static NodeIdentity checked(NodeIdentity identity, AppConfig config) {
        int bits = identity.peerId().zeroBits();
        int difficulty = config.transport().network().difficulty();
        if (bits < difficulty) {
            throw new StorageException("the key file " + DataDirectory.keyFileOf(config.dataDirectory())
                    + " has an identity of " + bits + " bits, and identity.difficulty is " + difficulty
                    + ": move the file away to start with a new identity, or set identity.difficulty to " + bits
                    + " if this node's network requires no more");
        }
        return identity;
    }
}
