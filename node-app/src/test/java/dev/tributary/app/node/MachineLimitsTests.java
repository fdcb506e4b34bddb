package dev.tributary.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.config.AppConfig;
import dev.tributary.core.limit.MemoryPlan;
import org.junit.jupiter.api.Test;

class MachineLimitsTests {

    private static final long MIB = 1 << 20;

    private final AppConfig config = AppConfig.defaults();

    @Test
    void stateLimitFollowsFromASmallHeap() {
        AppConfig fitted = limits(512 * MIB, 1 << 20).fit(config);

        assertThat(fitted.node().contracts().stateBytes()).isEqualTo((int) (32 * MIB));
        assertThat(fitted.transport()).isEqualTo(config.transport());
    }

    @Test
    void largeHeapTakesTheNetworksStates() {
        assertThat(limits(4096 * MIB, 1 << 20).fit(config)).isEqualTo(config);
    }

    @Test
    void stateLimitBelowTheHeapsIsKept() {
        AppConfig small = config.withNode(
                config.node().withContracts(config.node().contracts().withStateBytes(1000)));

        assertThat(limits(512 * MIB, 1 << 20).fit(small)).isEqualTo(small);
    }

    @Test
    void configuredLinksAndClientsAreComparedWithTheFileDescriptors() {
        long needed = MachineLimits.neededDescriptors(config);

        assertThat(needed).isGreaterThan(640);
        assertThat(limits(4096 * MIB, 1024).lacksDescriptors(config)).isTrue();
        assertThat(limits(4096 * MIB, needed).lacksDescriptors(config)).isFalse();
        assertThat(limits(4096 * MIB, -1).lacksDescriptors(config))
                .as("not known")
                .isFalse();
    }

    private static MachineLimits limits(long heap, long descriptors) {
        return new MachineLimits(new MemoryPlan(heap), descriptors);
    }
}
