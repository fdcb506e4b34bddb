package dev.tributary.transport.client.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.TimeSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** How applications that a page loads files of are looked for. */
class AppSourceIntegrationTests {

    private static final int MAX_SEARCHES = 32;

    @TempDir
    private Path directory;

    private final List<ContractInstanceId> searched = new CopyOnWriteArrayList<>();

    /** One thread, so that requests start in order; it may block. */
    private final Scheduler files =
            Schedulers.fromExecutorService(Executors.newSingleThreadScheduledExecutor(), "files");

    private volatile long now;

    @AfterEach
    void stop() {
        files.dispose();
    }

    @Test
    void searchesAreSharedAndLimited() {
        AppSource source = source(id -> Mono.never());
        for (int i = 0; i < MAX_SEARCHES; i++) {
            source.cachedOrSought(id(i)).subscribe();
            source.cachedOrSought(id(i)).subscribe();
        }

        StepVerifier.create(source.cachedOrSought(id(MAX_SEARCHES))).verifyError(AppNotFoundException.class);
        assertThat(searched).hasSize(MAX_SEARCHES).doesNotHaveDuplicates();
    }

    @Test
    void missingOneIsNotSoughtAgainWithinTheRefreshInterval() {
        AppSource source = source(id -> Mono.just(new GetResult.NotFound(id, 3)));

        for (int i = 0; i < 3; i++) {
            StepVerifier.create(source.cachedOrSought(id(0))).verifyError(AppNotFoundException.class);
        }
        assertThat(searched).hasSize(1);
        now = Duration.ofSeconds(31).toNanos();
        StepVerifier.create(source.cachedOrSought(id(0))).verifyError(AppNotFoundException.class);
        assertThat(searched).hasSize(2);
    }

    @Test
    void endedSearchMakesRoomForTheNext() {
        AppSource source = source(id -> Mono.just(new GetResult.NotFound(id, 3)));

        for (int i = 0; i < 2 * MAX_SEARCHES; i++) {
            StepVerifier.create(source.cachedOrSought(id(i))).verifyError(AppNotFoundException.class);
        }
        assertThat(searched).hasSize(2 * MAX_SEARCHES);
    }

    @Test
    void applicationThatIsFoundIsUnpackedOnce() {
        Contract site = LastWriterWins.named("site");
        AppSource source = source(id -> Mono.just(new GetResult.Found(
                site, new WebArchive().file("index.html", "<p>hi").state(0), 1)));

        for (int i = 0; i < 3; i++) {
            StepVerifier.create(source.cachedOrSought(site.id()))
                    .assertNext(app -> assertThat(app.file("index.html")).isPresent())
                    .verifyComplete();
        }
        assertThat(searched).hasSize(1);
    }

    private AppSource source(Function<ContractInstanceId, Mono<GetResult>> search) {
        Function<ContractInstanceId, Mono<GetResult>> counted = id -> {
            searched.add(id);
            return search.apply(id);
        };
        return new AppSource(counted, WebConfig.in(directory), new TimeSource(Clock.systemUTC(), () -> now), files);
    }

    private static ContractInstanceId id(int number) {
        return LastWriterWins.named("site" + number).id();
    }
}
