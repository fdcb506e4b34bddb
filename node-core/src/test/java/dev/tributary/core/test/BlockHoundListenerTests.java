package dev.tributary.core.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class BlockHoundListenerTests {

    @Test
    void blockedNonBlockingThreadFails() {
        Mono<Void> blocked =
                Mono.<Void>fromRunnable(BlockHoundListenerTests::pause).subscribeOn(Schedulers.parallel());

        StepVerifier.create(blocked)
                .verifyErrorSatisfies(error -> assertThat(error).isInstanceOf(BlockingOperationError.class));
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
