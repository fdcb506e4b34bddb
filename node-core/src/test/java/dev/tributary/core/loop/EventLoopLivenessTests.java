package dev.tributary.core.loop;

import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class EventLoopLivenessTests extends LoopLivenessTests {

    @Override
    LivingLoop start(VirtualTimeScheduler time, Consumer<NodeEvent> handler) {
        RunningLoop loop = RunningLoop.on(time, time, LivingLoop.CAPACITY, handler);
        return new LivingLoop() {
            @Override
            public Mono<Void> send(Notification event) {
                return loop.notifications().send(event);
            }

            @Override
            public void emitHandshake(HandshakeEvent event) {
                loop.unconfirmed().next(event);
            }

            @Override
            public void emitTransport(TransportEvent event) {
                loop.transport().offer(event);
            }
        };
    }
}
