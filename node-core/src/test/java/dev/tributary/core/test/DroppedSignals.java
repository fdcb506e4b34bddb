package dev.tributary.core.test;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;
import reactor.core.publisher.Hooks;

/**
 * Fails a test when Reactor drops an error or an element during it: a signal that nobody received is a fault that nobody
 * would have noticed. Registered for every test by a service file; a test that means to drop says so with
 * {@link MayDropSignals}.
 */
public final class DroppedSignals implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {

    private static final List<Throwable> DROPPED = new CopyOnWriteArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        Hooks.onErrorDropped(error -> DROPPED.add(error));
        Hooks.onNextDropped(element -> DROPPED.add(new IllegalStateException("element " + element)));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        DROPPED.clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        List<Throwable> dropped = List.copyOf(DROPPED);
        DROPPED.clear();
        boolean allowed = context.getRequiredTestMethod().isAnnotationPresent(MayDropSignals.class)
                || context.getRequiredTestClass().isAnnotationPresent(MayDropSignals.class);
        if (!allowed && !dropped.isEmpty()) {
            Throwable first = dropped.get(0);
            throw new AssertionFailedError(dropped.size() + " signals were dropped, first: " + first, first);
        }
    }
}
