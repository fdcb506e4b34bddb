package dev.tributary.app.contract;

import dev.tributary.transport.client.web.SafePath;
import dev.tributary.transport.client.web.WebConfig;
import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Checks a website against the limits of the nodes that show it, before it is signed. */
final class SiteLimits {

    private static final Pattern ABSOLUTE =
            Pattern.compile("\\b(?:src|href)\\s*=\\s*[\"']?/(?![/.])[^\"'\\s>]*", Pattern.CASE_INSENSITIVE);

    private final WebConfig.ArchiveLimits limits;
    private final boolean namesAreUnicode;
    private int files;
    private long bytes;

    private SiteLimits(WebConfig.ArchiveLimits limits, boolean namesAreUnicode) {
        this.limits = limits;
        this.namesAreUnicode = namesAreUnicode;
    }

    /** The limits that nodes have unless their code sets others, and the encoding of names on this machine. */
    static SiteLimits ofThisMachine() {
        boolean isUnicode = File.separatorChar == '\\'
                || Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))
                        .equals(StandardCharsets.UTF_8);
        return of(WebConfig.ArchiveLimits.defaults(), isUnicode);
    }

    static SiteLimits of(WebConfig.ArchiveLimits limits, boolean namesAreUnicode) {
        return new SiteLimits(limits, namesAreUnicode);
    }

    /** Checks a name and counts a file; throws {@link UnusableInputException} that names it. */
    void add(String name, long size) {
        String shown = Printable.line(name);
        boolean isDestroyed =
                !namesAreUnicode && !StandardCharsets.US_ASCII.newEncoder().canEncode(name);
        if (isDestroyed || name.indexOf('\ufffd') >= 0) {
            throw new UnusableInputException("the name of '" + shown + "' is not UTF-8, or the locale is not:"
                    + " rename the file, or set LC_ALL=C.UTF-8");
        }
        if (SafePath.normalized(name).isEmpty()) {
            throw new UnusableInputException(
                    "the path '" + shown + "' is too long: at most " + SafePath.MAX_BYTES + " bytes are allowed");
        }
        if (isPage(name) && size > limits.pageBytes()) {
            throw new UnusableInputException(
                    "the page '" + shown + "' has " + size + " bytes: at most " + limits.pageBytes() + " are allowed");
        }
        files++;
        bytes += size;
        if (files > limits.maxEntries()) {
            throw new UnusableInputException(
                    "'" + shown + "' is one file too many: at most " + limits.maxEntries() + " are allowed");
        }
        if (bytes > limits.unpackedBytes()) {
            throw new UnusableInputException("with '" + shown + "' the directory is too large: at most "
                    + limits.unpackedBytes() + " bytes are allowed");
        }
    }

    /** Returns whether a page loads something by an absolute path, which leads out of the application. */
    static boolean hasAbsolutePaths(String name, byte[] content) {
        return isPage(name)
                && ABSOLUTE.matcher(new String(content, StandardCharsets.ISO_8859_1))
                        .find();
    }

    private static boolean isPage(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".html") || lower.endsWith(".htm");
    }
}
