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
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
        Hooks.onErrorDropped(DroppedSignals::dropped);
        Hooks.onNextDropped(element -> dropped(new IllegalStateException("element " + element)));
    }

    /** What was dropped until now and is not forgiven. */
    static List<Throwable> sinceTheTestBegan() {
        return List.copyOf(DROPPED);
    }

    private static void dropped(Throwable signal) {
        if (!isLate()) {
            DROPPED.add(signal);
        }
    }

    /**
     * What reaches a timeout after its end, or crosses with its cancelling, is dropped by it, and nobody could prevent that.
     * It is the timeout itself that drops it if the first frame outside of the hook is its own.
     */
    private static boolean isLate() {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                        .dropWhile(name -> name.startsWith(DroppedSignals.class.getName())
                                || name.startsWith("java.")
                                || name.startsWith("reactor.core.publisher.Operators"))
                        .findFirst()
                        .filter(name -> name.startsWith("reactor.core.publisher.FluxTimeout$"))
                        .isPresent());
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
