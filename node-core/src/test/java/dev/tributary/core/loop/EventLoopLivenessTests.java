package dev.tributary.core.loop;

import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class EventLoopLivenessTests extends LoopLivenessTests {

    @Override
    LoopInputs start(VirtualTimeScheduler time, Consumer<LoopEvent> handler) {
        RunningLoop loop = RunningLoop.on(time, time, LoopInputs.CAPACITY, handler);
        return new LoopInputs() {
            @Override
            public Mono<Void> send(LocalEvent event) {
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
