package dev.tributary.app.directory;

import dev.tributary.core.value.PeerContact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the node's known peers, which lets it rejoin the network without a gateway: one peer per line as
 * {@code peerid@host:port}, the best first. The file is optional: defects are logged and never an error. All methods
 * block.
 */
public final class PeerFile {

    private static final String HEADER = "# tributary peers 1";

    /** Maximum number of peers, the network's value: enough that some are still reachable a day later. */
    public static final int CAPACITY = 50;

    /** Maximum number of bytes, about ten times the size of a full list. */
    private static final long MAX_BYTES = 128 << 10;

    private static final Logger log = LoggerFactory.getLogger(PeerFile.class);

    private final Path path;

    /** Creates the access to a file, which need not exist. */
    public PeerFile(Path path) {
        this.path = path;
    }

    /** The peers in the file, without invalid entries; empty if there is no readable file. */
    public List<PeerContact> read() {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new IOException("it has more than " + MAX_BYTES + " bytes");
            }
            List<String> lines = Files.readAllLines(path);
            if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
                throw new IOException("it does not begin with '" + HEADER + "'");
            }
            return contacts(lines);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            log.warn("invalid peer file ignored file={} reason={}", path, unreadable.toString());
            return List.of();
        }
    }

    /** Replaces the peers in the file with the first {@link #CAPACITY} of these. */
    public void write(List<PeerContact> contacts) {
        String lines = Stream.concat(
                        Stream.of(HEADER), contacts.stream().limit(CAPACITY).map(PeerContact::toString))
                .collect(Collectors.joining("\n", "", "\n"));
        try {
            new OwnerOnlyFile(path).write(lines.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            log.warn(
                    "peer file not written, the next start may need a gateway file={} reason={}",
                    path,
                    failure.toString());
        }
    }

    private List<PeerContact> contacts(List<String> lines) {
        List<PeerContact> contacts = new ArrayList<>();
        List<Integer> invalidLines = new ArrayList<>();
        for (int line = 1; line < lines.size() && contacts.size() < CAPACITY; line++) {
            try {
                PeerContact contact = PeerContact.parse(lines.get(line));
                if (contact.expected() == null || contact.address().port() == 0) {
                    throw new IllegalArgumentException("the peer id or the port is missing");
                }
                contacts.add(contact);
            } catch (IllegalArgumentException e) {
                invalidLines.add(line + 1);
            }
        }
        if (!invalidLines.isEmpty()) {
            log.warn("invalid peer file entries skipped file={} lines={}", path, invalidLines);
        }
        return List.copyOf(contacts);
    }
}
