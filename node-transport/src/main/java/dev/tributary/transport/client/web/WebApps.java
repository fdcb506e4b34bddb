package dev.tributary.transport.client.web;

import dev.tributary.core.Node;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.access.TokenStore;
import dev.tributary.transport.client.http.BadRequestException;
import dev.tributary.transport.client.http.HttpBody;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Serves the web applications that contracts contain. File access runs on the file scheduler.
 */
public final class WebApps implements HttpPage {

    private final WebConfig config;
    private final TokenStore tokens;
    private final AppSource source;
    private final ErrorPages failures;
    private final ShellPage shell = new ShellPage();
    private final SandboxPage sandbox = new SandboxPage();

    /**
     * Prepares the pages.
     *
     * @param files scheduler for blocking work; the caller disposes of it
     */
    public WebApps(Node node, WebConfig config, TokenStore tokens, TimeSource time, Scheduler files) {
        this.config = config;
        this.tokens = tokens;
        this.source = new AppSource(node, config, time, files);
        this.failures = new ErrorPages(node);
    }

    /** Answers requests below {@code /v1/contract/web/} and {@code /v2/contract/web/}. Failures become error pages. */
    @Override
    public Mono<HttpReply> handle(HttpQuery request) {
        return Mono.defer(() -> answer(AppPath.of(request), request))
                .onErrorResume(failure -> Mono.fromCallable(() -> failures.of(failure)))
                .map(reply -> withOrigin(reply, request));
    }

    private Mono<HttpReply> answer(AppPath path, HttpQuery request) {
        if (!path.hasKeySlash()) {
            return Mono.just(HttpReply.redirect(308, path.shellUrl()));
        }
        boolean document = request.isTopLevelDocument();
        if (path.isSandboxed() && path.isPage()) {
            return document
                    ? Mono.just(HttpReply.redirect(303, plain(path).shellUrl()))
                    : source.cachedOrRefreshed(path.id())
                            .map(app -> page(app, path, request))
                            .onErrorReturn(AppNotFoundException.class, notCached());
        }
        if (path.path().isEmpty() ? request.isNavigation() : path.isPage() && document) {
            return shell(plain(path));
        }
        return source.cachedOrRefreshed(path.id())
                .map(app -> file(app, path, document))
                .onErrorReturn(AppNotFoundException.class, notCached());
    }

    /** Only a request for the shell makes the node search for an application. */
    private static HttpReply notCached() {
        return HttpReply.text(404, "the application is not cached: open its page first");
    }

    private static AppPath plain(AppPath path) {
        if (!path.isPlain()) {
            throw new BadRequestException(
                    "the path of a page may have letters, digits and slashes, but no segments . and ..");
        }
        return path;
    }

    private Mono<HttpReply> shell(AppPath path) {
        return source.newest(path.id()).map(app -> shell.show(path, tokens.issue(path.id())));
    }

    private HttpReply page(UnpackedApp app, AppPath path, HttpQuery request) {
        return SafePath.segments(path.path())
                .flatMap(segments -> findFile(app, segments))
                .map(file -> sandbox.show(path, request, read(file)))
                .orElseGet(() -> HttpReply.text(404, "the application has no such page"));
    }

    private HttpReply file(UnpackedApp app, AppPath path, boolean document) {
        return SafePath.segments(path.path())
                .flatMap(segments -> findFile(app, segments))
                .map(file -> content(file, path))
                .orElseGet(() -> HttpReply.text(404, "the application has no such file"))
                .withHeader("Content-Security-Policy", document ? "sandbox" : "sandbox " + ShellPage.SANDBOX);
    }

    private HttpReply content(Path file, AppPath path) {
        String type = ContentTypes.of(file.getFileName().toString());
        if (type.equals("application/javascript")) {
            String script = SandboxPage.utf8(path.path(), read(file));
            return HttpReply.of(200, type, SandboxPage.rewriteRootPaths(script, path.prefix()));
        }
        return HttpReply.of(200, type, new HttpBody.OfFile(file, file.toFile().length()));
    }

    private static Optional<Path> findFile(UnpackedApp app, List<String> segments) {
        try {
            return app.file(segments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(Path file) {
        try {
            if (Files.size(file) > config.archives().pageBytes()) {
                throw new UnusableArchiveException("'" + file.getFileName() + "' has more than "
                        + config.archives().pageBytes() + " bytes, which is the limit for pages and scripts");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lets a page read the reply: one in the shell's frame, whose origin is {@code null}, or of this server. The request
     * of any other page was refused before, see {@code RequestRouter}.
     */
    private static HttpReply withOrigin(HttpReply reply, HttpQuery request) {
        HttpReply safe = reply.withHeader("X-Content-Type-Options", "nosniff").withHeader("Vary", "Origin");
        return request.header(HttpHeaderNames.ORIGIN)
                .map(origin -> safe.withHeader("Access-Control-Allow-Origin", origin))
                .orElse(safe);
    }
}
