package dev.tributary.transport.client;

import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.limit.Permits;
import dev.tributary.transport.client.http.HttpBody;
import dev.tributary.transport.client.http.HttpReply;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Writes HTTP responses. A piece of a file is read when the socket has taken the one before it, so a client that reads
 * nothing costs one piece.
 */
final class HttpReplyWriter {

    private static final HttpReply BUSY =
            HttpReply.text(503, "too many responses are being sent").withHeader("Retry-After", "10");

    /** Its length would be that of the content, which is not sent. */
    private static final int NOT_MODIFIED = 304;

    private final Scheduler fileScheduler;

    /** Budget of the bodies in memory of all responses. */
    private final Permits bodies = MemoryPlan.ofThisProcess().permits(MemoryUse.RESPONSES);

    /** Budget of the pieces of all files that are being sent. */
    private final Permits pieces = MemoryPlan.ofThisProcess().permits(MemoryUse.FILES);

    HttpReplyWriter(Scheduler fileScheduler) {
        this.fileScheduler = fileScheduler;
    }

    Mono<Void> write(HttpServerRequest request, HttpServerResponse response, HttpReply answer) {
        boolean isOverloaded = bodies.isExhausted() && answer.body() instanceof HttpBody.Bytes;
        return send(request, response, isOverloaded ? BUSY : answer);
    }

    private Mono<Void> send(HttpServerRequest request, HttpServerResponse response, HttpReply answer) {
        response.status(answer.status());
        answer.headers().forEach(response::header);
        boolean isHead = request.method().name().equals("HEAD");
        HttpBody body = answer.body();
        return switch (body.kind()) {
            case BYTES -> send(isHead, response, answer.status(), ((HttpBody.Bytes) body).bytes());
            case FILE -> send(isHead, response, (HttpBody.OfFile) body);
        };
    }

    private Mono<Void> send(boolean isHead, HttpServerResponse response, HttpBody.OfFile file) {
        response.header("Content-Length", String.valueOf(file.size()));
        if (isHead || file.size() == 0) {
            return response.send();
        }
        Flux<Void> sending = chunks(file)
                .concatMap(
                        chunk -> response.sendObject(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)))
                                .then(),
                        0);
        return response.sendHeaders().then(sending).then();
    }

    private Mono<Void> send(boolean isHead, HttpServerResponse response, int status, byte[] bytes) {
        if (status != NOT_MODIFIED) {
            response.header("Content-Length", String.valueOf(bytes.length));
        }
        if (bytes.length == 0 || isHead) {
            return response.send();
        }
        bodies.acquire(bytes.length);
        return response.sendByteArray(Mono.just(bytes)).then().doFinally(end -> bodies.release(bytes.length));
    }

    /** Returns the pieces of a file; each is read on the file scheduler when it is requested. */
    private Flux<byte[]> chunks(HttpBody.OfFile file) {
        return Flux.generate(() -> FilePieces.open(file, pieces), FilePieces::next, FilePieces::close)
                .subscribeOn(fileScheduler);
    }
}
