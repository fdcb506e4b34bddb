package dev.tributary.app;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.storage.DataDirectory;
import dev.tributary.core.error.StorageException;
import dev.tributary.transport.peer.NodeIdentity;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this node is: made at its first start, as costly as its network asks, and kept in the data directory. All methods
 * block, and throw {@link StorageException} that names the key file and the remedy.
 */
public final class OwnIdentity {

    private static final Logger log = LoggerFactory.getLogger(OwnIdentity.class);

    private OwnIdentity() {}

    /** For the node itself. */
    static NodeIdentity of(DataDirectory directory, AppConfig config) {
        return costly(directory.loadOrCreateKey(() -> make(config), NodeIdentity::decode), config);
    }

    /** For others, while a node may be running on the data directory. */
    public static NodeIdentity of(AppConfig config) {
        return costly(
                DataDirectory.readOrCreateKey(config.dataDirectory(), () -> make(config), NodeIdentity::decode),
                config);
    }

    private static byte[] make(AppConfig config) {
        int difficulty = config.transport().difficulty();
        if (difficulty > 0) {
            log.info("making an identity of {} bits: about a second for 17, twice as long for each more", difficulty);
        }
        return NodeIdentity.generate(new SecureRandom(), difficulty).encode();
    }

    private static NodeIdentity costly(NodeIdentity identity, AppConfig config) {
        int bits = identity.peerId().zeroBits();
        int difficulty = config.transport().difficulty();
        if (bits < difficulty) {
            throw new StorageException("the key file " + DataDirectory.keyOf(config.dataDirectory())
                    + " has an identity of " + bits + " bits, and identity.difficulty is " + difficulty
                    + ": move the file away to start with a new identity, or set identity.difficulty to " + bits
                    + " if this node's network asks for no more");
        }
        return identity;
    }
}
