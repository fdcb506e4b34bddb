package dev.tributary.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.config.WhenKeyMissing;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.app.storage.StorageConfig;
import dev.tributary.core.error.StorageException;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityLoaderIntegrationTests {

    @TempDir
    private Path directory;

    @Test
    void lostKeyBesideAStoreIsRefusedUnlessANewIdentityIsAskedFor() throws IOException {
        AppConfig config = AppConfig.defaults()
                .withDataDirectory(directory)
                .withTransport(AppConfig.defaults().transport().withNetwork(PeerTransportConfig.Network.defaults()));
        NodeIdentity first = IdentityLoader.load(config);
        FileContractStore.open(directory.resolve("contracts"), StorageConfig.defaults())
                .close()
                .block();
        assertThat(IdentityLoader.load(config).peerId()).isEqualTo(first.peerId());

        Path key = DataDirectory.keyFileOf(directory);
        Files.delete(key);
        assertThatThrownBy(() -> IdentityLoader.load(config))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(key + " is missing")
                .hasMessageContaining("identity.when-missing = create");
        assertThat(key).doesNotExist();

        NodeIdentity second = IdentityLoader.load(config.withWhenKeyMissing(WhenKeyMissing.CREATE));
        assertThat(second.peerId()).isNotEqualTo(first.peerId());
        assertThat(IdentityLoader.load(config).peerId()).isEqualTo(second.peerId());
    }
}
