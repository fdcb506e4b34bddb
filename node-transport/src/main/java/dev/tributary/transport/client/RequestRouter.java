package dev.tributary.transport.client;

import dev.tributary.core.error.QuotedText;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.access.OriginRule;
import dev.tributary.transport.client.access.SourceRule;
import dev.tributary.transport.client.access.TokenStore;
import dev.tributary.transport.client.http.BadRequestException;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.session.ClientIdentity;
import dev.tributary.transport.client.session.Sessions;
import dev.tributary.transport.client.web.WebApps;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Checks the access rules for each HTTP request and routes it. Runs on event loops and never blocks. */
final class RequestRouter {

    private static final Logger log = LoggerFactory.getLogger(RequestRouter.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private static final Set<String> SESSION_PATHS = Set.of("/v1/contract/command", "/v2/contract/command");
    private static final Set<String> WEB_PREFIXES = Set.of("/v1/contract/web/", "/v2/contract/web/");

    /** Paths that reveal nothing confidential: probes may use any host name for them. */
    private static final Set<String> UNRESTRICTED_PATHS = Set.of("/v1", "/v2", "/health/live", "/health/ready");

    private final SourceRule sources;
    private final OriginRule origins;
    private final TokenStore tokens;
    private final Map<String, HttpPage> pages;
    private final WebApps web;
    private final Sessions sessions;
    private final HttpReplyWriter writer;

    RequestRouter(
            SourceRule sources,
            OriginRule origins,
            TokenStore tokens,
            Map<String, HttpPage> pages,
            WebApps web,
            Sessions sessions,
            Scheduler workers) {
        this.sources = sources;
        this.origins = origins;
        this.tokens = tokens;
        this.pages = pages;
        this.web = web;
        this.sessions = sessions;
        this.writer = new HttpReplyWriter(workers);
    }

    Publisher<Void> route(HttpServerRequest httpRequest, HttpServerResponse response) {
        HttpQuery request;
        try {
            request = HttpQuery.of(httpRequest.method().name(), httpRequest.uri(), httpRequest.requestHeaders());
        } catch (BadRequestException e) {
            return writer.write(httpRequest, response, HttpReply.text(400, String.valueOf(e.getMessage())));
        }
        HttpReply refusal = refusal(request, httpRequest);
        if (refusal != null) {
            return writer.write(httpRequest, response, refusal);
        }
        if (SESSION_PATHS.contains(request.path())) {
            return sessions.open(identity(request, httpRequest), UpgradeRule.subprotocol(request), response);
        }
        return answerPage(request)
                .onErrorResume(failure -> Mono.fromCallable(() -> internalError(request, failure)))
                .flatMap(answer -> writer.write(httpRequest, response, answer));
    }

    private @Nullable HttpReply refusal(HttpQuery request, HttpServerRequest httpRequest) {
        if (!sources.admits(address(httpRequest.hostAddress()), address(httpRequest.remoteAddress()))) {
            return HttpReply.text(403, "requests from this address are not allowed");
        }
        String method = request.method();
        HttpPage page = pages.get(request.path());
        if (method.equals("POST") && page != null && page.takesCommands()) {
            return commandRefusal(request);
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return HttpReply.text(405, "only GET and HEAD are supported").withHeader("Allow", "GET, HEAD");
        }
        return SESSION_PATHS.contains(request.path()) ? sessionRefusal(request) : hostRefusal(request);
    }

    private static InetAddress address(@Nullable InetSocketAddress socket) {
        return socket == null ? InetAddress.getLoopbackAddress() : socket.getAddress();
    }

    private @Nullable HttpReply sessionRefusal(HttpQuery request) {
        Optional<String> origin = request.header(HttpHeaderNames.ORIGIN);
        if (origin.isPresent() && !OriginRule.isPrintable(origin.get())) {
            return HttpReply.text(400, "the header Origin must be visible ASCII");
        }
        if (!origins.admits(origin, request.host())) {
            return HttpReply.text(403, "pages of this origin may not open sessions");
        }
        return UpgradeRule.refusal(request);
    }

    /** Web pages may read some pages of the node, but not change it. */
    private @Nullable HttpReply commandRefusal(HttpQuery request) {
        boolean isFromBrowser = request.header(HttpHeaderNames.ORIGIN).isPresent()
                || request.header("Sec-Fetch-Site").isPresent();
        return isFromBrowser
                ? HttpReply.text(403, "this page is for commands, not for web pages")
                : hostRefusal(request);
    }

    private @Nullable HttpReply hostRefusal(HttpQuery request) {
        if (UNRESTRICTED_PATHS.contains(request.path())) {
            return null;
        }
        if (request.host().isEmpty()) {
            return HttpReply.text(400, "the header Host is missing");
        }
        if (request.host().filter(origins::isTrustedHost).isEmpty()) {
            return HttpReply.text(403, "this host name is not allowed; the operator of the node can allow it");
        }
        return isForeignPage(request) ? HttpReply.text(403, "pages of this origin may not read this server") : null;
    }

    /** True for a script of another site. The pages in the shell's frame have the origin {@code null}. */
    private boolean isForeignPage(HttpQuery request) {
        Optional<String> origin = request.header(HttpHeaderNames.ORIGIN);
        return origin.filter("null"::equals).isEmpty() && !origins.admits(origin, request.host());
    }

    private ClientIdentity identity(HttpQuery request, HttpServerRequest httpRequest) {
        String token = request.parameters().token();
        Optional<ContractInstanceId> application = token == null ? Optional.empty() : tokens.find(token);
        return new ClientIdentity(
                String.valueOf(httpRequest.remoteAddress()),
                request.parameters().encoding(),
                application,
                token != null && application.isEmpty());
    }

    private Mono<HttpReply> answerPage(HttpQuery request) {
        HttpPage page = pages.get(request.path());
        if (page == null && WEB_PREFIXES.stream().anyMatch(request.path()::startsWith)) {
            page = web;
        }
        return page == null ? Mono.just(HttpReply.text(404, "not found")) : page.handle(request);
    }

    private static HttpReply internalError(HttpQuery request, Throwable failure) {
        failures.warn(failure, "page failed path={}", QuotedText.quote(request.path()));
        return HttpReply.text(500, "internal error; the node's log has the details");
    }
}
