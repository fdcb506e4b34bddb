package dev.tributary.core.benchmark;

import java.util.concurrent.LinkedBlockingQueue;

/** The plainest hand-over that the JDK has: a bounded blocking queue and a thread that takes from it. */
final class QueuePassage implements Passage {

    private static final Object EVENT = new Object();

    private final LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>(LoopBenchmark.CAPACITY);
    private final Thread taker;

    QueuePassage(Runnable handler) {
        taker = new Thread(() -> take(handler), "bare-queue");
        taker.setDaemon(true);
        taker.start();
    }

    @Override
    public void send(int sender) throws InterruptedException {
        queue.put(EVENT);
    }

    @Override
    public void close() {
        taker.interrupt();
    }

    private void take(Runnable handler) {
        try {
            while (true) {
                queue.take();
                handler.run();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
