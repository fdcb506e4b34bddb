package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.HttpBody;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.web.page.PageCharset;
import dev.tributary.transport.client.web.page.RootPaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Files of applications as replies, with their types and validators. Blocks. */
final class FileReplies {

    /** Number of bytes by which a file without a known type is recognised as text. */
    private static final int SAMPLE_BYTES = 1024;

    private final int maxScriptBytes;

    /**
     * Creates replies.
     *
     * @param maxScriptBytes maximum size of a script whose paths are replaced; a larger one is sent as it is
     */
    FileReplies(int maxScriptBytes) {
        this.maxScriptBytes = maxScriptBytes;
    }

    HttpReply of(UnpackedApp app, AppPath path, FoundFile found, HttpQuery request) {
        try {
            long size = Files.size(found.file());
            if (found.kind() == FoundFile.Kind.PAGE) {
                return page(found, size).withHeader("Cache-Control", "no-store");
            }
            HttpReply whole = HttpReply.of(200, type(found), body(app, path, found, size));
            HttpReply encoded = ContentTypes.extension(found.name()).equals("svgz")
                    ? whole.withHeader("Content-Encoding", "gzip")
                    : whole;
            HttpReply sent = stored(app, found, encoded, request);
            String form = found.name() + "\n" + sent.headers().getOrDefault("Content-Encoding", "");
            return Validators.apply(sent, Validators.tag(app.digest(), path.prefix(), form), request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A page outside of the shell's frame, as a script or a frame of the application loads it. */
    private HttpReply page(FoundFile found, long size) throws IOException {
        String charset = PageCharset.of(start(found, maxScriptBytes)).name();
        return HttpReply.of(200, "text/html; charset=" + charset, new HttpBody.OfFile(found.file(), 0, size));
    }

    private HttpBody body(UnpackedApp app, AppPath path, FoundFile found, long size) throws IOException {
        if (ContentTypes.isScript(found.name()) && size <= maxScriptBytes) {
            byte[] script = Files.readAllBytes(found.file());
            byte[] replaced = RootPaths.replace(script, path.prefix());
            if (replaced.length != script.length && !IntegrityValues.isChecked(app, script)) {
                return new HttpBody.Bytes(replaced);
            }
        }
        return new HttpBody.OfFile(found.file(), 0, size);
    }

    /** Returns the file in an encoding that the client accepts, if the application has it beside the plain one. */
    private static HttpReply stored(UnpackedApp app, FoundFile found, HttpReply plain, HttpQuery request)
            throws IOException {
        if (plain.body().kind() == HttpBody.Kind.BYTES) {
            return plain;
        }
        HttpReply reply = plain;
        for (StoredEncoding each : StoredEncoding.values()) {
            Optional<Path> file = app.file(found.name() + each.suffix());
            if (file.isPresent()) {
                reply = reply.withHeader("Vary", "Accept-Encoding");
                if (each.isAccepted(request)) {
                    HttpBody body = new HttpBody.OfFile(file.get(), 0, Files.size(file.get()));
                    return new HttpReply(200, reply.headers(), body).withHeader("Content-Encoding", each.token());
                }
            }
        }
        return reply;
    }

    private static String type(FoundFile found) throws IOException {
        String known = ContentTypes.of(found.name());
        boolean isText = known.equals(ContentTypes.UNKNOWN)
                && ContentTypes.extension(found.name()).isEmpty()
                && looksLikeText(start(found, SAMPLE_BYTES));
        return isText ? "text/plain; charset=utf-8" : known;
    }

    private static byte[] start(FoundFile found, int most) throws IOException {
        try (InputStream file = Files.newInputStream(found.file())) {
            return file.readNBytes(most);
        }
    }

    private static boolean looksLikeText(byte[] sample) {
        for (byte each : sample) {
            if (each >= 0 && each < ' ' && "\t\n\f\r".indexOf(each) < 0) {
                return false;
            }
        }
        return true;
    }
}
