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
            // A loop without a task parks, as the threads of Reactor's own schedulers do in their queues.
            BlockHound.install(builder ->
                    builder.allowBlockingCallsInside("dev.tributary.core.loop.thread.LoopThread", "awaitTask"));
        }
    }
}
