package dev.tributary.core.loop;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import reactor.core.Disposable;

/**
 * Works under way, to be ended together. To add or remove one costs the same however many there are, for thousands may be.
 * Any thread.
 */
final class Works implements Disposable {

    // Guarded by this; in the order of their beginning, so that a simulation ends them in the same order again.
    private final Set<Disposable> works = new LinkedHashSet<>();

    private boolean over;

    /** One more; it ends at once if all have been ended. */
    void add(Disposable work) {
        if (!keep(work)) {
            work.dispose();
        }
    }

    /** This one is over. */
    synchronized void remove(Disposable work) {
        works.remove(work);
    }

    synchronized int size() {
        return works.size();
    }

    /** Ends all, the first first, and from now on whatever is added. */
    @Override
    public void dispose() {
        take().forEach(Disposable::dispose);
    }

    @Override
    public synchronized boolean isDisposed() {
        return over;
    }

    private synchronized boolean keep(Disposable work) {
        boolean kept = !over;
        if (kept) {
            works.add(work);
        }
        return kept;
    }

    private synchronized List<Disposable> take() {
        over = true;
        List<Disposable> all = List.copyOf(works);
        works.clear();
        return all;
    }
}
