package dev.tributary.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;

class DisposableSetTests {

    private final DisposableSet disposables = new DisposableSet();
    private final List<String> disposed = new ArrayList<>();

    @Test
    void disposesAllInInsertionOrder() {
        disposables.add(() -> disposed.add("first"));
        disposables.add(() -> disposed.add("second"));

        disposables.dispose();

        assertThat(disposed).containsExactly("first", "second");
        assertThat(disposables.size()).isZero();
        assertThat(disposables.isDisposed()).isTrue();
    }

    @Test
    void removedDisposableIsNotDisposed() {
        Disposable removed = Disposables.single();
        disposables.add(removed);
        disposables.remove(removed);

        assertThat(disposables.size()).isZero();
        disposables.dispose();
        assertThat(removed.isDisposed()).isFalse();
    }

    @Test
    void disposableAddedAfterTheDisposeIsDisposedAtOnce() {
        disposables.dispose();
        disposables.add(() -> disposed.add("late"));

        assertThat(disposed).containsExactly("late");
        assertThat(disposables.size()).isZero();
    }

    @Test
    void disposableMayRemoveItselfDuringTheDispose() {
        Disposable[] self = new Disposable[1];
        self[0] = () -> {
            disposed.add("it");
            disposables.remove(self[0]);
        };
        disposables.add(self[0]);

        disposables.dispose();

        assertThat(disposed).containsExactly("it");
    }
}
