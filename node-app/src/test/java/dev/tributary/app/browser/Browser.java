package dev.tributary.app.browser;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A headless Chromium in its own process until it is closed. For one thread. */
final class Browser implements AutoCloseable {

    private static final List<String> PROGRAMS =
            List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

    /** Command line: no network access beyond loopback, no dialogs, no throttling of background tabs. */
    private static final List<String> ARGUMENTS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--disable-sync",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-background-timer-throttling",
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
            "--no-first-run",
            "--no-default-browser-check",
            "--password-store=basic",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--window-size=900,600",
            "--remote-debugging-port=0");

    /** Timeout of the start, in seconds. */
    private static final int START_SECONDS = 90;

    /** Timeout of the shutdown, in seconds. */
    private static final int END_SECONDS = 20;

    private final Process process;
    private final DevTools tools;

    private Browser(Process process, DevTools tools) {
        this.process = process;
        this.tools = tools;
    }

    /** Returns the path of an installed Chromium; empty if there is none. */
    static Optional<Path> program() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return PROGRAMS.stream()
                .flatMap(name -> Pattern.compile(Pattern.quote(File.pathSeparator))
                        .splitAsStream(path)
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts the browser with its profile and log in this directory. */
    static Browser open(Path program, Path directory)
            throws IOException, InterruptedException, BrowserUnusableException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(ARGUMENTS);
        command.add("--user-data-dir=" + directory.resolve("profile"));
        command.add("about:blank");
        Path log = directory.resolve("browser.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            URI address = address(process, directory.resolve("profile").resolve("DevToolsActivePort"));
            return new Browser(process, DevTools.open(HttpClient.newHttpClient(), address));
        } catch (ConditionTimeoutException timeout) {
            process.destroyForcibly().waitFor();
            throw new BrowserUnusableException(program + " did not start: " + Files.readString(log));
        }
    }

    private static URI address(Process process, Path file) {
        List<String> lines = Awaitility.await()
                .atMost(START_SECONDS, TimeUnit.SECONDS)
                .failFast(() -> {
                    if (!process.isAlive()) {
                        throw new ConditionTimeoutException("the process ended");
                    }
                })
                .until(
                        () -> Files.exists(file) ? Files.readAllLines(file) : List.<String>of(),
                        found -> found.size() >= 2);
        return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
    }

    /** Opens a page in a new tab. */
    BrowserTab show(String url) {
        String target = tools.call("", "Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asString();
        String session = tools.call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asString();
        BrowserTab tab = new BrowserTab(tools, target, session);
        tab.load(url);
        return tab;
    }

    @Override
    public void close() {
        tools.send("", "Browser.close", Map.of());
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        process.onExit()
                .completeOnTimeout(process, END_SECONDS, TimeUnit.SECONDS)
                .join();
        // Kills processes of the browser that did not end in time.
        all.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
    }
}
