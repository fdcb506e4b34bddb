package dev.tributary.app.benchmark;

import java.time.Duration;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The times of a number of operations.
 *
 * @param nanos time of each operation that succeeded
 * @param failed number of operations that did not
 * @param seconds time of all
 */
record OperationTimes(Histogram nanos, int failed, double seconds) {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /** Runs this number of operations with this maximum in flight. */
    static OperationTimes run(int count, int inFlight, IntFunction<Mono<?>> operation) {
        Histogram nanos = new ConcurrentHistogram(3);
        long start = System.nanoTime();
        Flux.range(0, count)
                .flatMap(number -> timed(operation.apply(number), nanos), inFlight)
                .blockLast(TIMEOUT);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new OperationTimes(nanos, count - (int) nanos.getTotalCount(), seconds);
    }

    private static Mono<?> timed(Mono<?> operation, Histogram nanos) {
        return Mono.defer(() -> {
            long start = System.nanoTime();
            return operation
                    .doOnSuccess(done -> nanos.recordValue(System.nanoTime() - start))
                    .onErrorResume(failure -> {
                        System.out.println("  failed: " + failure);
                        return Mono.empty();
                    });
        });
    }

    int count() {
        return (int) nanos.getTotalCount() + failed;
    }

    double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    double perSecond() {
        return nanos.getTotalCount() / seconds;
    }
}
