package dev.tributary.core.test;

import org.junit.platform.launcher.TestExecutionListener;
import reactor.blockhound.BlockHound;

/**
 * Installs BlockHound in the JVM that runs the tests, registered by a service file. Maven loads the listener in its own
 * JVM as well, to find the tests of several forks; there the property is not set.
 */
public final class BlockHoundListener implements TestExecutionListener {

    static {
        if (Boolean.getBoolean("test.blockhound")) {
            BlockHound.install();
        }
    }
}
