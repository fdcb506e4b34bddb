package dev.tributary.app.hostile;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.PackedContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** What hostile clients do to the client API of a node, again and again. */
enum HostileClientCase {
    RANDOM_BYTES {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            try (HostileSocket socket = HostileSocket.session(port)) {
                byte[] message = new byte[200];
                for (int i = 0; i < 200; i++) {
                    pace.await();
                    ThreadLocalRandom.current().nextBytes(message);
                    socket.send(message);
                    socket.read();
                }
            }
        }
    },
    GETS {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            byte[] get = encode(new ClientRequest.Get(HostileCase.LARGE.id(), false, false, false));
            byte[] missing =
                    encode(new ClientRequest.Get(LastWriterWins.named("missing").id(), true, false, false));
            try (HostileSocket socket = HostileSocket.session(port)) {
                socket.send(get);
                for (int i = 0; i < 500; i++) {
                    pace.await();
                    socket.send(missing);
                }
                socket.read();
            }
        }
    },
    PUTS {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            byte[] state = new byte[100_000];
            try (HostileSocket socket = HostileSocket.session(port)) {
                for (int i = 0; i < 50; i++) {
                    pace.await();
                    ThreadLocalRandom.current().nextBytes(state);
                    socket.send(encode(new ClientRequest.Put(
                            PackedContract.of(LastWriterWins.named(
                                    "flood " + ThreadLocalRandom.current().nextInt(500))),
                            LastWriterWins.state(System.nanoTime(), state),
                            List.of(),
                            false,
                            false)));
                }
                socket.read();
            }
        }
    },
    SLOW_READERS {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            byte[] get = encode(new ClientRequest.Get(HostileCase.LARGE.id(), false, false, false));
            hold(port, pace, 30, socket -> {
                for (int i = 0; i < 20; i++) {
                    socket.send(get);
                }
            });
        }
    },
    HALF_REQUESTS {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            List<HostileSocket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    pace.await();
                    HostileSocket socket = HostileSocket.connect(port);
                    sockets.add(socket);
                    socket.write("GET /v1/contract/com".getBytes(StandardCharsets.US_ASCII));
                }
                pause(Duration.ofSeconds(15));
            } finally {
                closeAll(sockets);
            }
        }
    },
    HALF_FRAMES {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            hold(port, pace, 60, socket -> {
                socket.announce(16 << 20);
                socket.write(new byte[1 << 20]);
            });
        }
    },
    LARGE_MESSAGES {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            try (HostileSocket socket = HostileSocket.session(port)) {
                socket.announce(100 << 20);
                for (int i = 0; i < 1600; i++) {
                    pace.await();
                    socket.write(new byte[64 << 10]);
                }
                socket.read();
            }
        }
    },
    RECONNECTING {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            for (int i = 0; i < 50; i++) {
                pace.await();
                HostileSocket.session(port).close();
            }
            pause(Duration.ofSeconds(1));
        }
    },
    SUBSCRIBING {
        @Override
        void attack(int port, CpuBudget pace) throws IOException {
            try (HostileSocket socket = HostileSocket.session(port)) {
                for (int i = 0; i < 200; i++) {
                    pace.await();
                    socket.send(encode(new ClientRequest.Subscribe(
                            LastWriterWins.named("missing "
                                            + ThreadLocalRandom.current().nextInt(100_000))
                                    .id(),
                            Optional.empty())));
                }
            }
        }
    };

    private interface Step {
        void run(HostileSocket socket) throws IOException;
    }

    /** One round of the attack; ends with an exception when the server closes the connection. */
    abstract void attack(int port, CpuBudget pace) throws IOException;

    /** Opens sessions, does the step in each, and holds them. */
    private static void hold(int port, CpuBudget pace, int count, Step step) throws IOException {
        List<HostileSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                pace.await();
                HostileSocket socket = HostileSocket.session(port);
                sockets.add(socket);
                step.run(socket);
            }
            pause(Duration.ofSeconds(15));
        } finally {
            closeAll(sockets);
        }
    }

    private static void closeAll(List<HostileSocket> sockets) throws IOException {
        for (HostileSocket socket : sockets) {
            socket.close();
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    private static byte[] encode(ClientRequest request) {
        return ClientEncoding.NATIVE.codec().encodeRequest(request);
    }
}
