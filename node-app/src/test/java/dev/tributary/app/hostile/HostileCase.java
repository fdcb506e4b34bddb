package dev.tributary.app.hostile;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;

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
            flood(attack, random -> {
                ContractCode code = ContractCode.of(bytes(random, 8 << 20));
                return put(Contract.of(code, new Parameters(Bytes.utf8("hostile"))), new State(Bytes.utf8("")));
            });
        }
    },
    SPINNING_CONTRACTS("4 identities PUT contracts that never return") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            putContracts(attack, HostileModule.SPINS);
        }
    },
    GROWING_CONTRACTS("4 identities PUT contracts that take memory until there is none") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            putContracts(attack, HostileModule.GROWS);
        }
    },
    RECURSING_CONTRACTS("4 identities PUT contracts that call themselves without end") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            putContracts(attack, HostileModule.RECURSES);
        }
    },
    DEAR_CONTRACTS("4 identities PUT modules of 600 KB, each another one, that are dear to compile") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            putContracts(attack, HostileModule.IS_DEAR_TO_COMPILE);
        }
    },
    HALF_HANDSHAKES("200 connections that send their handshake one byte a second") {
        @Override
        void attack(Attack attack) throws IOException {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), attack.port());
                attack.keep(socket);
                sockets.add(socket);
            }
            // The head of a TLS record of 512 bytes, of which the rest comes slowly.
            byte[] record = new byte[512];
            System.arraycopy(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}, 0, record, 0, 11);
            for (int sent = 0; sent < record.length && attack.isRunning(); sent++) {
                for (Socket socket : List.copyOf(sockets)) {
                    try {
                        socket.getOutputStream().write(record[sent]);
                    } catch (IOException closed) {
                        sockets.remove(socket);
                    }
                }
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }
    },
    TINY_PUTS("4 identities PUT tiny contracts, each another one, without end") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            flood(
                    attack,
                    random -> put(
                            LastWriterWins.named("tiny " + random.nextLong()), LastWriterWins.state(1, new byte[1])));
        }
    },
    RANDOM_UPDATES("4 identities send updates with random changes of the contract that the client reads") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            flood(
                    attack,
                    random -> new Update.Changed(
                            transaction(),
                            (random.nextBoolean() ? LARGE : NOTE).id(),
                            new StateDigest(bytes(random, 32)),
                            new StateDigest(bytes(random, 32)),
                            Collections.nCopies(
                                    1 + random.nextInt(64),
                                    new StateChange.Delta(new StateDelta(bytes(random, random.nextInt(500)))))));
        }
    },
    RANDOM_GETS("4 identities ask for contracts that do not exist, half of them with one transaction id") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            TransactionId same = transaction();
            flood(
                    attack,
                    random -> new Get.Request(
                            random.nextBoolean() ? same : transaction(),
                            new HopsToLive(16),
                            Visited.none(),
                            Duration.ofMinutes(1),
                            new ContractInstanceId(bytes(random, 32))));
        }
    },
    CONNECTS("4 identities search for neighbours for others without end") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            flood(
                    attack,
                    random -> new Connect.Request(
                            transaction(),
                            new HopsToLive(16),
                            Visited.none(),
                            Duration.ofMinutes(1),
                            new RingLocation(random.nextDouble()),
                            new PeerId(bytes(random, 32)),
                            random.nextBoolean(),
                            Connect.Request.MAX_DETOURS));
        }
    },
    OFFERS("4 identities offer 256 replicas that do not exist, and more without end") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            flood(
                    attack,
                    random -> new Hosting.Offer(
                            transaction(),
                            Duration.ofMinutes(1),
                            IntStream.range(0, Hosting.Offer.MAX)
                                    .mapToObj(i -> new Hosting.Replica(
                                            new ContractInstanceId(bytes(random, 32)),
                                            new StateDigest(bytes(random, 32)),
                                            100))
                                    .toList()));
        }
    },
    RECONCILIATIONS(
            "4 identities ask without end what they miss of a state of 10 MiB, each time with another summary") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            flood(
                    attack,
                    random -> new Update.Reconcile(
                            transaction(),
                            Duration.ofMinutes(1),
                            LARGE.id(),
                            new StateDigest(bytes(random, 32)),
                            new StateSummary(bytes(random, 8))));
        }
    },
    UNASKED_REPLIES("4 identities send replies to nothing, and notices of contracts that do not exist") {
        @Override
        void attack(Attack attack) throws IOException, GeneralSecurityException {
            flood(
                    attack,
                    random -> random.nextBoolean()
                            ? new Get.NotFound(transaction(), new ContractInstanceId(bytes(random, 32)), 1)
                            : new Hosting.Unfollowed(
                                    transaction(),
                                    IntStream.range(0, Hosting.Offer.MAX)
                                            .mapToObj(i -> new ContractInstanceId(bytes(random, 32)))
                                            .toList()));
        }
    };

    /** The contract that the honest client of a report reads and updates. */
    static final Contract NOTE = LastWriterWins.named("note");

    /** Pause of a flood between two messages of one link. */
    private static final Duration FLOOD_PAUSE = Duration.ofMillis(1);

    private static final int FLOODERS = 4;

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

    private static void putContracts(Attack attack, HostileModule module) throws IOException, GeneralSecurityException {
        flood(attack, random -> put(module.contract(), new State(Bytes.utf8("state"))));
    }

    private static Put.Request put(Contract contract, State state) {
        return new Put.Request(
                transaction(), new HopsToLive(0), Visited.none(), Duration.ofMinutes(1), contract, state);
    }

    /** Sends messages on the links of some identities; a link that the node closes is opened again. */
    private static void flood(Attack attack, Function<ThreadLocalRandom, PeerMessage> messages)
            throws IOException, GeneralSecurityException {
        for (int i = 0; i < FLOODERS; i++) {
            NodeIdentity identity = NodeIdentity.generate(new SecureRandom());
            attack.inBackgroundAgain(identity, peer -> {
                while (attack.isRunning()) {
                    peer.send(messages.apply(ThreadLocalRandom.current()));
                    LockSupport.parkNanos(FLOOD_PAUSE.toNanos());
                }
            });
        }
    }

    private static Bytes bytes(ThreadLocalRandom random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    private static TransactionId transaction() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TransactionId(random.nextLong(), random.nextLong());
    }
}
