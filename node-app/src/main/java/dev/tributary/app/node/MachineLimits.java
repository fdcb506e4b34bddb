package dev.tributary.app.node;

import dev.tributary.app.config.AppConfig;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.limit.MemoryPlan;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares a configuration with the memory and the file descriptors that the process has. */
final class MachineLimits {

    /** File descriptors besides sockets: the store, its files being read, the program, the threads' selectors. */
    private static final long OTHER_DESCRIPTORS = 256;

    private static final Logger log = LoggerFactory.getLogger(MachineLimits.class);

    private final MemoryPlan memory;
    private final long descriptors;

    /**
     * Creates the limits.
     *
     * @param descriptors maximum number of open files of the process, or a negative number if it is not known
     */
    MachineLimits(MemoryPlan memory, long descriptors) {
        this.memory = memory;
        this.descriptors = descriptors;
    }

    /** The limits of this process. */
    static MachineLimits ofThisProcess() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        long descriptors = system instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : -1;
        return new MachineLimits(MemoryPlan.ofThisProcess(), descriptors);
    }

    /** Returns the configuration with what exceeds the limits lowered; logs a warning for each. */
    AppConfig fit(AppConfig config) {
        warnOfDescriptors(config);
        ContractLimits contracts = config.node().contracts();
        long largest = memory.largestState();
        if (contracts.stateBytes() <= largest) {
            return config;
        }
        log.warn(
                "state limit lowered to fit the heap setting=contracts.state-limit configured={} used={} heap={}:"
                        + " a larger heap (-Xmx) takes larger states",
                contracts.stateBytes(),
                largest,
                memory.heap());
        return config.withNode(config.node().withContracts(contracts.withStateBytes((int) largest)));
    }

    /** Returns the number of file descriptors that the configuration may need. */
    static long neededDescriptors(AppConfig config) {
        int links = config.transport().links().max();
        int handshakes = 9 * config.transport().links().maxPendingHandshakes();
        int clients = config.clients().enabled()
                ? config.clients().server().connections().max()
                : 0;
        return OTHER_DESCRIPTORS + links + handshakes + clients;
    }

    /** Returns whether the process has fewer file descriptors than the configuration may need. */
    boolean lacksDescriptors(AppConfig config) {
        return descriptors >= 0 && descriptors < neededDescriptors(config);
    }

    private void warnOfDescriptors(AppConfig config) {
        if (lacksDescriptors(config)) {
            log.warn(
                    "file descriptor limit too low limit={} needed={} links.limit={}: raise it (ulimit -n, LimitNOFILE) or"
                            + " lower links.limit",
                    descriptors,
                    neededDescriptors(config),
                    config.transport().links().max());
        }
    }
}
