package dev.tributary.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;

class WorksTests {

    private final Works works = new Works();
    private final List<String> ended = new ArrayList<>();

    @Test
    void allEndTogetherTheFirstFirst() {
        works.add(() -> ended.add("first"));
        works.add(() -> ended.add("second"));

        works.dispose();

        assertThat(ended).containsExactly("first", "second");
        assertThat(works.size()).isZero();
        assertThat(works.isDisposed()).isTrue();
    }

    @Test
    void whatIsOverIsNotEnded() {
        Disposable over = Disposables.single();
        works.add(over);
        works.remove(over);

        assertThat(works.size()).isZero();
        works.dispose();
        assertThat(over.isDisposed()).isFalse();
    }

    @Test
    void whatBeginsAfterTheEndEndsAtOnce() {
        works.dispose();
        works.add(() -> ended.add("late"));

        assertThat(ended).containsExactly("late");
        assertThat(works.size()).isZero();
    }

    @Test
    void aWorkMayRemoveItselfWhileAllAreEnded() {
        Disposable[] self = new Disposable[1];
        self[0] = () -> {
            ended.add("it");
            works.remove(self[0]);
        };
        works.add(self[0]);

        works.dispose();

        assertThat(ended).containsExactly("it");
    }
}
