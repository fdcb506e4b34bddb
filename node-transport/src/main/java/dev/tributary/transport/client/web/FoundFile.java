package dev.tributary.transport.client.web;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What an address inside an application names. Finding it blocks.
 *
 * @param status status of the reply: 404 for the application's own page about a missing one
 * @param file the file; of a kind without one, the directory of the application
 * @param name path of the file inside the application
 */
record FoundFile(Kind kind, int status, Path file, String name) {

    /** The page for every address without a file: an application that has it makes its addresses itself. */
    private static final String FALLBACK = "200.html";

    private static final String NOT_FOUND = "404.html";

    /** The kinds of addresses. */
    enum Kind {
        PAGE,
        FILE,

        /** A directory with an index page, named without its slash. */
        DIRECTORY,
        MISSING
    }

    /** Finds what a person opens: a missing page is one of the application's own, if it has one. */
    static FoundFile forPage(UnpackedApp app, AppPath path) {
        FoundFile found = forLoading(app, path);
        if (found.kind != Kind.MISSING || !path.isPage()) {
            return found;
        }
        return of(app, Kind.PAGE, 200, FALLBACK)
                .or(() -> of(app, Kind.PAGE, 404, NOT_FOUND))
                .orElse(found);
    }

    /** Finds a file that a page loads: the very one, or a page by its name without extension. */
    static FoundFile forLoading(UnpackedApp app, AppPath path) {
        String name = path.name();
        String index = name.isEmpty() ? "index.html" : name + "/index.html";
        Optional<FoundFile> found = path.isDirectory()
                ? of(app, Kind.PAGE, 200, index)
                : of(app, ContentTypes.isPage(name) ? Kind.PAGE : Kind.FILE, 200, name)
                        .or(() -> of(app, Kind.DIRECTORY, 308, index))
                        .or(() -> of(app, Kind.PAGE, 200, name + ".html"));
        return found.orElseGet(() -> new FoundFile(Kind.MISSING, 404, app.directory(), name));
    }

    private static Optional<FoundFile> of(UnpackedApp app, Kind kind, int status, String name) {
        return app.file(name).map(file -> new FoundFile(kind, status, file, name));
    }
}
