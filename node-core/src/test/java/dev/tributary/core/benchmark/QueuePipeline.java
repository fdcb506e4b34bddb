package dev.tributary.core.benchmark;

import java.util.concurrent.LinkedBlockingQueue;

/** The baseline of the JDK: a bounded blocking queue and a consumer thread. */
final class QueuePipeline implements EventPipeline {

    private static final Object EVENT = new Object();

    private final LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>(LoopBenchmark.CAPACITY);
    private final Thread consumer;

    QueuePipeline(Runnable handler) {
        consumer = new Thread(() -> consume(handler), "bare-queue");
        consumer.setDaemon(true);
        consumer.start();
    }

    @Override
    public void send(int sender) throws InterruptedException {
        queue.put(EVENT);
    }

    @Override
    public void close() {
        consumer.interrupt();
    }

    private void consume(Runnable handler) {
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
