package dev.tributary.transport.client;

import dev.tributary.transport.client.http.DoorAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Writes answers, files as fast as their client takes them. */
final class AnswerWriter {

    private static final int PIECE = 16 << 10;

    /** Pieces that are read ahead of the socket. */
    private static final int AHEAD = 2;

    /** What answers that are being read may take together, besides files. */
    private static final long IN_MEMORY = 256 << 20;

    private static final DoorAnswer BUSY =
            DoorAnswer.text(503, "too many answers are being read").with("Retry-After", "10");

    private final Scheduler files;
    private final AtomicLong inMemory = new AtomicLong();

    AnswerWriter(Scheduler files) {
        this.files = files;
    }

    Mono<Void> write(HttpServerRequest request, HttpServerResponse response, DoorAnswer answer) {
        boolean tooMuch = inMemory.get() > IN_MEMORY && answer.body() instanceof DoorAnswer.Content;
        return begin(request, response, tooMuch ? BUSY : answer);
    }

    private Mono<Void> begin(HttpServerRequest request, HttpServerResponse response, DoorAnswer answer) {
        response.status(answer.status());
        answer.headers().forEach(response::header);
        if (answer.body() instanceof DoorAnswer.FileContent file) {
            response.header("Content-Length", String.valueOf(file.size()));
            return request.method().name().equals("HEAD")
                    ? response.send()
                    : response.sendByteArray(pieces(file.path())).then();
        }
        byte[] bytes = ((DoorAnswer.Content) answer.body()).bytes();
        response.header("Content-Length", String.valueOf(bytes.length));
        if (bytes.length == 0 || request.method().name().equals("HEAD")) {
            return response.send();
        }
        inMemory.addAndGet(bytes.length);
        return response.sendByteArray(Mono.just(bytes)).then().doFinally(end -> inMemory.addAndGet(-bytes.length));
    }

    private Flux<byte[]> pieces(Path path) {
        return Flux.generate(() -> Files.newInputStream(path), AnswerWriter::next, AnswerWriter::close)
                .subscribeOn(files)
                .limitRate(AHEAD);
    }

    private static InputStream next(InputStream file, SynchronousSink<byte[]> sink) {
        try {
            byte[] piece = new byte[PIECE];
            int count = file.readNBytes(piece, 0, PIECE);
            if (count == 0) {
                sink.complete();
            } else {
                sink.next(count == PIECE ? piece : Arrays.copyOf(piece, count));
            }
        } catch (IOException e) {
            sink.error(e);
        }
        return file;
    }

    private static void close(InputStream file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
