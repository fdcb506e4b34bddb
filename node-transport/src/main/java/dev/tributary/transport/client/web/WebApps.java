package dev.tributary.transport.client.web;

import dev.tributary.core.Node;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.access.TokenStore;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private final FileReplies files;

    /**
     * Prepares the pages.
     *
     * @param workers scheduler for blocking work; the caller disposes of it
     */
    public WebApps(Node node, WebConfig config, TokenStore tokens, TimeSource time, Scheduler workers) {
        this.config = config;
        this.tokens = tokens;
        this.source = new AppSource(node::get, config, time, workers);
        this.failures = new ErrorPages(node);
        this.files = new FileReplies(config.archives().pageBytes());
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
        path.name();
        boolean isShell =
                !path.isSandboxed() && (path.path().isEmpty() ? request.isNavigation() : request.isDocument());
        return isShell
                ? source.newest(path.id()).map(app -> shell(app, path, request))
                : source.cachedOrSought(path.id())
                        .map(app -> path.isSandboxed() ? framed(app, path, request) : loaded(app, path, request))
                        .onErrorReturn(AppNotFoundException.class, missing());
    }

    /** The answer to a person who opens an address. */
    private HttpReply shell(UnpackedApp app, AppPath path, HttpQuery request) {
        FoundFile found = FoundFile.forPage(app, path);
        return switch (found.kind()) {
            case PAGE -> shell.show(path, tokens.issue(path.id()), found.status());
            case FILE -> files.of(app, path, found, request).withHeader("Content-Security-Policy", "sandbox");
            case DIRECTORY -> toDirectory(path.asDirectory().shellUrl());
            case MISSING -> missing();
        };
    }

    /** The answer to the frame of the shell. */
    private HttpReply framed(UnpackedApp app, AppPath path, HttpQuery request) {
        FoundFile found = FoundFile.forPage(app, path);
        return switch (found.kind()) {
            case PAGE ->
                request.isTopLevelDocument() ? HttpReply.redirect(303, path.shellUrl()) : page(path, found, request);
            case FILE -> file(app, path, found, request);
            case DIRECTORY -> toDirectory(path.asDirectory().sandboxUrl());
            case MISSING -> missing();
        };
    }

    /** The answer to a page that loads a file. */
    private HttpReply loaded(UnpackedApp app, AppPath path, HttpQuery request) {
        FoundFile found = FoundFile.forLoading(app, path);
        return switch (found.kind()) {
            case PAGE, FILE -> file(app, path, found, request);
            case DIRECTORY -> toDirectory(path.asDirectory().shellUrl());
            case MISSING -> missing();
        };
    }

    /** The next version of the application may have a file there, so the redirect is not kept. */
    private static HttpReply toDirectory(String url) {
        return HttpReply.redirect(308, url).withHeader("Cache-Control", "no-store");
    }

    private static HttpReply missing() {
        return HttpReply.text(404, "the application has no such page or file").withHeader("Cache-Control", "no-store");
    }

    private HttpReply page(AppPath path, FoundFile found, HttpQuery request) {
        return sandbox.show(path, request, found.status(), read(found.file()));
    }

    private HttpReply file(UnpackedApp app, AppPath path, FoundFile found, HttpQuery request) {
        String more = request.isTopLevelDocument() ? "" : " " + ShellPage.SANDBOX;
        return files.of(app, path, found, request).withHeader("Content-Security-Policy", "sandbox" + more);
    }

    private byte[] read(Path file) {
        try {
            if (Files.size(file) > config.archives().pageBytes()) {
                throw new UnusableArchiveException("the page has more than "
                        + config.archives().pageBytes() + " bytes, which is the limit for pages");
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
        String varied = reply.headers().get("Vary");
        HttpReply safe = reply.withHeader("X-Content-Type-Options", "nosniff")
                .withHeader("Vary", varied == null ? "Origin" : varied + ", Origin");
        return request.header(HttpHeaderNames.ORIGIN)
                .map(origin -> safe.withHeader("Access-Control-Allow-Origin", origin))
                .orElse(safe);
    }
}
