package dev.tributary.transport.socket;

import dev.tributary.core.watchdog.Watched;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of one server or client, and its open sockets, which are closed before the event loops end: Netty's
 * event loop leaves them open for ever if it is told to end while it runs tasks and may end at once.
 */
public final class SocketLoops {

    private final LoopResources loops;

    /** A socket that opens after the closing began is closed at once. */
    private final ChannelGroup sockets = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

    private final WatchedLoops watched;

    private SocketLoops(String name, LoopResources loops) {
        this.loops = loops;
        this.watched = new WatchedLoops(name);
    }

    /** Creates {@code threads} event loops, whose daemon threads start with the first sockets. */
    public static SocketLoops create(String name, int threads) {
        return new SocketLoops(name, LoopResources.create(name, threads, true));
    }

    /** Returns the event loops, for {@code runOn} of a server or client. */
    public LoopResources resources() {
        return loops;
    }

    /** Remembers an opened socket until it is closed. Any thread. */
    public void opened(Channel socket) {
        sockets.add(socket);
        watched.add(socket);
    }

    /** Names the event loops to this watchdog, each with its first socket. Any thread. */
    public void watchedBy(Consumer<Watched> watchdog) {
        watched.watchedBy(watchdog);
    }

    /** Completes when the sockets that are open at the subscription have closed; closes none of them. */
    public Mono<Void> socketsClosed() {
        return FutureMono.deferFuture(sockets::newCloseFuture);
    }

    /**
     * Closes all sockets, then ends the event loops. Completes when they have ended; errors if that takes longer than
     * {@code timeout}. Cancelling stops only the waiting. Signals arrive on any thread.
     *
     * @param quietPeriod time without tasks after which an event loop ends: for those of other threads that still end
     *     what they did with the closed sockets
     */
    public Mono<Void> close(Duration quietPeriod, Duration timeout) {
        return FutureMono.deferFuture(sockets::close)
                .timeout(timeout, Mono.empty())
                .onErrorComplete()
                .then(Mono.defer(() -> loops.disposeLater(quietPeriod, timeout)));
    }
}
