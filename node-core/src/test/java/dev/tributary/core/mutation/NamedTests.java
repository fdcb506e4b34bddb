package dev.tributary.core.mutation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests that are loaded by a class loader of their own. */
final class NamedTests {

    private NamedTests() {}

    /**
     * Runs the tests; returns those that failed.
     *
     * @param tests each a class or {@code class#method}
     * @param timeout a test that blocks for so long, in seconds, is interrupted and has failed
     */
    static List<String> failures(Collection<String> tests, ClassLoader loader, int timeout)
            throws ClassNotFoundException {
        Thread.currentThread().setContextClassLoader(loader);
        List<DiscoverySelector> selectors = new ArrayList<>();
        for (String test : tests) {
            String[] parts = test.split("#", -1);
            Class<?> tested = Class.forName(parts[0], true, loader);
            selectors.add(
                    parts.length == 1
                            ? DiscoverySelectors.selectClass(tested)
                            : DiscoverySelectors.selectMethod(tested, parts[1]));
        }
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors)
                .configurationParameter("junit.jupiter.execution.timeout.default", timeout + " s")
                .build();
        Launcher launcher = LauncherFactory.create(LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build());
        Results results = new Results();
        launcher.execute(request, results);
        if (results.succeeded + results.failed.size() < tests.size()) {
            throw new IllegalStateException("tests not found: " + tests);
        }
        return results.failed;
    }

    private static final class Results implements TestExecutionListener {

        private final List<String> failed = new ArrayList<>();
        private int succeeded;

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                failed.add(test.getDisplayName());
            } else if (test.isTest()) {
                succeeded++;
            }
        }
    }
}
