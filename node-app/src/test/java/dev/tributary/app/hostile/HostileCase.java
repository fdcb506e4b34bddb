package dev.tributary.app.hostile;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Put;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.wire.WireLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** What hostile peers do to a node. */
enum HostileCase {
    LINKS("one identity opens links without end") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            NodeIdentity identity = NodeIdentity.generate(new SecureRandom());
            while (attack.isRunning()) {
                attack.add(identity);
            }
        }
    },
    SILENT("600 connections that send nothing") {
        @Override
        void attack(Attack attack) throws IOException {
            for (int i = 0; i < 600; i++) {
                attack.keep(new Socket(InetAddress.getLoopbackAddress(), attack.port()));
            }
        }
    },
    UNFINISHED("6 links of one identity, two unfinished messages of 61 MiB each") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            NodeIdentity identity = NodeIdentity.generate(new SecureRandom());
            for (int i = 0; i < 6; i++) {
                attack.inBackground(attack.add(identity), peer -> {
                    peer.sendUnfinished(WireLimits.LARGE_MESSAGE);
                    peer.sendUnfinished(WireLimits.LARGE_MESSAGE);
                });
            }
        }
    },
    LINGERING("8 identities, two unfinished messages of 8 MiB on each of two links") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            for (int i = 0; i < 8; i++) {
                NodeIdentity identity = NodeIdentity.generate(new SecureRandom());
                for (int link = 0; link < 2; link++) {
                    attack.inBackground(attack.add(identity), peer -> {
                        peer.sendUnfinished(8 << 20);
                        peer.sendUnfinished(8 << 20);
                    });
                }
            }
        }
    },
    UNREAD("8 identities ask for a state of 10 MiB 16 times and read nothing") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            for (int i = 0; i < 8; i++) {
                HostilePeer peer = attack.add(NodeIdentity.generate(new SecureRandom()));
                peer.stopReading();
                for (int n = 0; n < 16; n++) {
                    peer.send(new Get.Request(
                            transaction(), new HopsToLive(0), Visited.none(), Duration.ofMinutes(1), LARGE.id()));
                }
            }
        }
    },
    CODE("4 identities PUT contracts with 8 MiB of code and an empty state without end") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            for (int i = 0; i < 4; i++) {
                attack.inBackground(attack.add(NodeIdentity.generate(new SecureRandom())), peer -> {
                    byte[] code = new byte[8 << 20];
                    while (attack.isRunning()) {
                        ThreadLocalRandom.current().nextBytes(code);
                        Contract contract =
                                Contract.of(ContractCode.of(Bytes.copyOf(code)), new Parameters(Bytes.utf8("hostile")));
                        peer.send(new Put.Request(
                                transaction(),
                                new HopsToLive(0),
                                Visited.none(),
                                Duration.ofMinutes(1),
                                contract,
                                new State(Bytes.utf8(""))));
                    }
                });
            }
        }
    };

    /** The contract whose large state the node holds. */
    static final Contract LARGE = LastWriterWins.named("large");

    private final String description;

    HostileCase(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }

    /** Attacks; returns when nothing more begins. */
    abstract void attack(Attack attack) throws IOException, GeneralSecurityException;

    private static TransactionId transaction() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TransactionId(random.nextLong(), random.nextLong());
    }
}
