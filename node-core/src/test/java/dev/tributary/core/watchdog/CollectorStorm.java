package dev.tributary.core.watchdog;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Makes the collector take nearly all time. */
final class CollectorStorm {

    private static final int THREADS = 2;

    /** Number of live objects: a full collection of them takes some milliseconds, between which the watchdog runs. */
    private static final int OBJECTS = 50_000;

    private CollectorStorm() {}

    /** Starts the storm, which ends when the latch is counted down. */
    static void until(CountDownLatch release) {
        List<byte[]> live = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            live.add(new byte[16]);
        }
        CountDownLatch begun = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> collect(live, begun, release), "collector-storm-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        StallingNode.await(begun);
    }

    private static void collect(List<byte[]> live, CountDownLatch begun, CountDownLatch release) {
        while (release.getCount() > 0) {
            System.gc();
            begun.countDown();
        }
        synchronized (live) {
            live.clear();
        }
    }
}
