package dev.tributary.core.loop;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.NodeStoppedException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The answers that local clients wait for: each of their questions goes through the loop's channel, with an answer to fill in. */
final class Answers {

    private final NotificationChannel<Notification> questions;
    private final Set<Answer<?>> waiting = Collections.synchronizedSet(new LinkedHashSet<>());

    Answers(NotificationChannel<Notification> questions) {
        this.questions = questions;
    }

    /** Asks when subscribed to; cancelling tells whoever works on the answer that nobody waits for it. */
    <T> Mono<T> ask(Function<Answer<T>, Notification> question) {
        return Mono.using(
                        this::<T>open,
                        answer -> questions.send(question.apply(answer)).then(answer.mono()),
                        this::close)
                .onErrorMap(ChannelClosedException.class, closed -> new NodeStoppedException());
    }

    /** How many clients wait. */
    int waiting() {
        return waiting.size();
    }

    /** Completes when every client that waits now has its answer. */
    Mono<Void> given() {
        return Flux.fromIterable(now())
                .concatMap(answer -> answer.mono().then().onErrorComplete(), 1)
                .then();
    }

    /** Whoever still waits is told that the node has stopped. */
    void cutOff() {
        now().forEach(Answer::stopped);
    }

    /** In the order of their asking. */
    private List<Answer<?>> now() {
        synchronized (waiting) {
            return List.copyOf(waiting);
        }
    }

    private <T> Answer<T> open() {
        Answer<T> answer = new Answer<>();
        waiting.add(answer);
        return answer;
    }

    private void close(Answer<?> answer) {
        waiting.remove(answer);
        answer.leave();
    }
}
