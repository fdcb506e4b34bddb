package dev.tributary.transport.client;

import dev.tributary.core.limit.Permits;
import dev.tributary.transport.client.http.HttpReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Writes HTTP responses. Files are streamed at the rate at which the client reads them. */
final class HttpReplyWriter {

    /** Size of one chunk of a file, in bytes. */
    private static final int CHUNK_BYTES = 16 << 10;

    /** Number of chunks that are read from the file ahead of the socket. */
    private static final int PREFETCHED_CHUNKS = 2;

    /** Maximum number of bytes that all responses being sent may hold in memory, fileScheduler not included. */
    private static final long MAX_BUFFERED_BYTES = 256 << 20;

    private static final HttpReply BUSY =
            HttpReply.text(503, "too many responses are being sent").withHeader("Retry-After", "10");

    private final Scheduler fileScheduler;
    private final Permits bufferedBytes = new Permits(MAX_BUFFERED_BYTES);

    HttpReplyWriter(Scheduler fileScheduler) {
        this.fileScheduler = fileScheduler;
    }

    Mono<Void> write(HttpServerRequest request, HttpServerResponse response, HttpReply answer) {
        boolean isOverloaded =
                bufferedBytes.used() > bufferedBytes.limit() && answer.body() instanceof HttpReply.BytesBody;
        return send(request, response, isOverloaded ? BUSY : answer);
    }

    private Mono<Void> send(HttpServerRequest request, HttpServerResponse response, HttpReply answer) {
        response.status(answer.status());
        answer.headers().forEach(response::header);
        boolean isHead = request.method().name().equals("HEAD");
        HttpReply.Body body = answer.body();
        return switch (body.kind()) {
            case BYTES -> send(isHead, response, ((HttpReply.BytesBody) body).bytes());
            case FILE -> send(isHead, response, (HttpReply.FileBody) body);
        };
    }

    private Mono<Void> send(boolean isHead, HttpServerResponse response, HttpReply.FileBody file) {
        response.header("Content-Length", String.valueOf(file.size()));
        return isHead
                ? response.send()
                : response.sendByteArray(chunks(file.path())).then();
    }

    private Mono<Void> send(boolean isHead, HttpServerResponse response, byte[] bytes) {
        response.header("Content-Length", String.valueOf(bytes.length));
        if (bytes.length == 0 || isHead) {
            return response.send();
        }
        bufferedBytes.acquire(bytes.length);
        return response.sendByteArray(Mono.just(bytes)).then().doFinally(end -> bufferedBytes.release(bytes.length));
    }

    private Flux<byte[]> chunks(Path path) {
        return Flux.generate(() -> Files.newInputStream(path), HttpReplyWriter::next, HttpReplyWriter::close)
                .subscribeOn(fileScheduler)
                .limitRate(PREFETCHED_CHUNKS);
    }

    private static InputStream next(InputStream file, SynchronousSink<byte[]> sink) {
        try {
            byte[] chunk = new byte[CHUNK_BYTES];
            int count = file.readNBytes(chunk, 0, CHUNK_BYTES);
            if (count == 0) {
                sink.complete();
            } else {
                sink.next(count == CHUNK_BYTES ? chunk : Arrays.copyOf(chunk, count));
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
