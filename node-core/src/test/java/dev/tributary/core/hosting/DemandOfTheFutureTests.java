package dev.tributary.core.hosting;

import static dev.tributary.core.hosting.HostingFixture.NOON;
import static dev.tributary.core.hosting.HostingFixture.PEER;
import static dev.tributary.core.hosting.HostingFixture.contract;
import static dev.tributary.core.hosting.HostingFixture.holding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.request.PauseDetector;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A clock that was ahead once must not spoil the order in which contracts are evicted. */
class DemandOfTheFutureTests {

    private static final int DAILY = 1;
    private static final int TOUCHED_ONCE = 2;
    private static final StateOrigin REMOTE_PUT =
            new StateOrigin(CallClass.NETWORK_RELAY, StateOrigin.Reason.PUT, PEER);

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final SettableClock clock = new SettableClock();
    private final HostingTable table = new HostingTable(
            HostingConfig.defaults().withContracts(2),
            3,
            key -> true,
            ScriptedPeer.idAt(0.5, 0),
            new TimeSource(clock, () -> 0),
            new PauseDetector(new TimeSource(clock, () -> 0)),
            new SplittableRandom(1),
            timer);

    @Test
    void contractRequestedWhileTheClockWasAheadIsEvictedBeforeOneThatIsRequestedDaily() {
        clock.now = NOON.minus(Duration.ofDays(3));
        hold(TOUCHED_ONCE, Demand.unrequested(clock.now));
        hold(DAILY, Demand.firstRequest(clock.now));
        clock.now = NOON.plus(Duration.ofDays(30));
        table.recordRequest(contract(TOUCHED_ONCE).id());
        clock.now = NOON;
        table.recordRequest(contract(TOUCHED_ONCE).id());
        clock.now = NOON.plus(Duration.ofHours(20));
        table.recordRequest(contract(DAILY).id());

        hold(3, Demand.firstRequest(clock.now));

        assertThat(held()).containsExactly(DAILY, 3);
    }

    @Test
    void reviewAfterTheClockWasSetBackLimitsTheDemandOfContractsThatAreNotRequestedAgain() {
        clock.now = NOON.plus(Duration.ofDays(30));
        hold(TOUCHED_ONCE, Demand.firstRequest(clock.now));
        clock.now = NOON;
        hold(DAILY, Demand.firstRequest(clock.now));
        table.review(table.ids());
        clock.now = NOON.plus(Duration.ofHours(20));
        table.recordRequest(contract(DAILY).id());

        hold(3, Demand.firstRequest(clock.now));

        assertThat(held()).containsExactly(DAILY, 3);
    }

    @Test
    void demandOfTheFutureIsLimitedWhenItIsReadFromTheStore() {
        clock.now = NOON;
        table.restore(holding(TOUCHED_ONCE, 100, Demand.firstRequest(NOON.plus(Duration.ofDays(30)))));
        table.restore(holding(DAILY, 100, Demand.firstRequest(NOON.minusSeconds(1))));
        clock.now = NOON.plus(Duration.ofHours(20));
        table.recordRequest(contract(DAILY).id());

        table.restore(holding(3, 100, Demand.firstRequest(clock.now)));

        assertThat(held()).containsExactly(DAILY, 3);
    }

    private void hold(int number, Demand demand) {
        StoreEntry holding = holding(number, 100, demand);
        table.recordCommit(holding, REMOTE_PUT, false, List.of());
    }

    private List<Integer> held() {
        return IntStream.rangeClosed(1, 3)
                .filter(number -> table.holds(key(number).id()))
                .boxed()
                .toList();
    }

    private static ContractKey key(int number) {
        return contract(number).key();
    }

    private static final class SettableClock extends Clock {

        private Instant now = NOON;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
