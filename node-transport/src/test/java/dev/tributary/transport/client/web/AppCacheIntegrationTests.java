package dev.tributary.transport.client.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppCacheIntegrationTests {

    private static final ContractInstanceId SITE = LastWriterWins.named("site").id();
    private static final ContractInstanceId OTHER =
            LastWriterWins.named("other").id();

    @TempDir
    Path directory;

    private long now;
    private AppCache cache = new AppCache(WebConfig.defaults(), TimeSource.system());

    @BeforeEach
    void open() {
        cache = new AppCache(WebConfig.in(directory), new TimeSource(Clock.systemUTC(), () -> now));
    }

    @Test
    void replacedApplicationIsKeptForTwoMinutesForRequestsThatAreBeingAnswered() throws Exception {
        UnpackedApp first = cache.getOrUnpack(SITE, version(1));
        UnpackedApp second = cache.getOrUnpack(SITE, version(2));

        assertThat(cache.find(SITE)).contains(second);
        assertThat(first.file(List.of("index.html"))).isPresent();

        now += Duration.ofMinutes(2).toNanos();
        cache.getOrUnpack(OTHER, version(1));
        assertThat(first.directory()).doesNotExist();
        assertThat(second.file(List.of("index.html"))).isPresent();
    }

    @Test
    void onlyTheLastReplacedApplicationIsKept() {
        UnpackedApp first = cache.getOrUnpack(SITE, version(1));
        UnpackedApp second = cache.getOrUnpack(SITE, version(2));
        UnpackedApp third = cache.getOrUnpack(SITE, version(3));

        assertThat(first.directory()).doesNotExist();
        assertThat(second.directory()).exists();
        assertThat(cache.bytes()).isEqualTo(second.bytes() + third.bytes());
    }

    @Test
    void applicationThatComesBackIsNotDeletedAsAReplacedOne() throws Exception {
        cache.getOrUnpack(SITE, version(1));
        UnpackedApp second = cache.getOrUnpack(SITE, version(2));
        UnpackedApp again = cache.getOrUnpack(SITE, version(1));

        now += Duration.ofMinutes(2).toNanos();
        cache.getOrUnpack(OTHER, version(1));

        assertThat(again.file(List.of("index.html"))).isPresent();
        assertThat(second.directory()).doesNotExist();
    }

    private static State version(int number) {
        return new WebArchive().file("index.html", "version " + number).state(number);
    }
}
