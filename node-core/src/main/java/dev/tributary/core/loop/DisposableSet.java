package dev.tributary.core.loop;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import reactor.core.Disposable;

/**
 * A set of disposables that are disposed together. Adding and removing take constant time, since there may be
 * thousands. Any thread.
 */
public final class DisposableSet implements Disposable {

    // Guarded by this; in insertion order, so that a simulation disposes them in a reproducible order.
    private final Set<Disposable> disposables = new LinkedHashSet<>();

    private boolean isDisposed;

    /** Adds it; disposes it at once if the set is disposed. */
    public void add(Disposable disposable) {
        if (!addIfOpen(disposable)) {
            disposable.dispose();
        }
    }

    /** Removes it without disposing it. */
    public synchronized void remove(Disposable disposable) {
        disposables.remove(disposable);
    }

    public synchronized int size() {
        return disposables.size();
    }

    /** Disposes all in insertion order, and everything that is added later. */
    @Override
    public void dispose() {
        removeAll().forEach(Disposable::dispose);
    }

    @Override
    public synchronized boolean isDisposed() {
        return isDisposed;
    }

    private synchronized boolean addIfOpen(Disposable disposable) {
        boolean isOpen = !isDisposed;
        if (isOpen) {
            disposables.add(disposable);
        }
        return isOpen;
    }

    private synchronized List<Disposable> removeAll() {
        isDisposed = true;
        List<Disposable> all = List.copyOf(disposables);
        disposables.clear();
        return all;
    }
}
