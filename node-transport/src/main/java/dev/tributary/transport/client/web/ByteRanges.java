package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.HttpBody;
import dev.tributary.transport.client.http.HttpReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;

/** Answers requests for parts of a content. Blocks when several parts of a file are read. */
final class ByteRanges {

    /** Maximum number of ranges in one request; of more, or larger ones together, the whole content is sent. */
    private static final int MAX_PARTS = 16;

    private static final int MAX_PARTS_BYTES = 1 << 20;

    private ByteRanges() {}

    static HttpReply apply(HttpReply whole, String header) throws IOException {
        long size = size(whole.body());
        List<ByteRange> ranges = ByteRange.parse(header, size).orElse(null);
        if (ranges == null) {
            return whole;
        }
        if (ranges.isEmpty()) {
            return HttpReply.text(416, "the content has " + size + " bytes")
                    .withHeader("Content-Range", "bytes */" + size);
        }
        if (ranges.size() == 1) {
            ByteRange only = ranges.get(0);
            return new HttpReply(206, whole.headers(), part(whole.body(), only))
                    .withHeader("Content-Range", only.of(size));
        }
        long together = ranges.stream().mapToLong(ByteRange::size).sum();
        return ranges.size() > MAX_PARTS || together > MAX_PARTS_BYTES ? whole : parts(whole, ranges, size);
    }

    private static HttpReply parts(HttpReply whole, List<ByteRange> ranges, long size) throws IOException {
        // The tag is a digest that the content cannot contain by chance.
        String boundary = String.valueOf(whole.headers().get("ETag")).replace("\"", "");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (ByteRange each : ranges) {
            String head = "--" + boundary + "\r\nContent-Type: "
                    + whole.headers().get("Content-Type") + "\r\nContent-Range: " + each.of(size) + "\r\n\r\n";
            body.write(head.getBytes(StandardCharsets.ISO_8859_1));
            body.write(read(part(whole.body(), each)));
            body.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        body.write(("--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return new HttpReply(206, whole.headers(), new HttpBody.Bytes(body.toByteArray()))
                .withHeader("Content-Type", "multipart/byteranges; boundary=" + boundary);
    }

    private static long size(HttpBody body) {
        return switch (body.kind()) {
            case BYTES -> ((HttpBody.Bytes) body).bytes().length;
            case FILE -> ((HttpBody.OfFile) body).size();
        };
    }

    private static HttpBody part(HttpBody whole, ByteRange range) {
        return switch (whole.kind()) {
            case BYTES ->
                new HttpBody.Bytes(
                        Arrays.copyOfRange(((HttpBody.Bytes) whole).bytes(), (int) range.from(), (int) range.to() + 1));
            case FILE -> new HttpBody.OfFile(((HttpBody.OfFile) whole).path(), range.from(), range.size());
        };
    }

    private static byte[] read(HttpBody part) throws IOException {
        if (part.kind() == HttpBody.Kind.BYTES) {
            return ((HttpBody.Bytes) part).bytes();
        }
        HttpBody.OfFile file = (HttpBody.OfFile) part;
        try (InputStream content = Files.newInputStream(file.path())) {
            content.skipNBytes(file.from());
            return content.readNBytes((int) file.size());
        }
    }
}
