package dev.tributary.app.storage;

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
 * The peers that a node was linked to, so that it finds them again without a gateway: one a line, as
 * {@code peerid@host:port}, the best first. It is a help and no more: what is wrong with it is logged, and never an error.
 * All methods block.
 */
public final class PeerFile {

    private static final String TITLE = "# tributary peers 1";

    /** The network's number: enough that some are still there tomorrow. */
    public static final int CAPACITY = 50;

    /** Ten times what so many peers take: larger is something else. */
    private static final long LARGEST = 128 << 10;

    private static final Logger log = LoggerFactory.getLogger(PeerFile.class);

    private final Path path;

    PeerFile(Path path) {
        this.path = path;
    }

    /** Who can be read, nobody if there is no such file. */
    public List<PeerContact> read() {
        try {
            if (Files.size(path) > LARGEST) {
                throw new IOException("it has more than " + LARGEST + " bytes");
            }
            List<String> lines = Files.readAllLines(path);
            if (lines.isEmpty() || !lines.get(0).equals(TITLE)) {
                throw new IOException("it does not begin with '" + TITLE + "'");
            }
            return contacts(lines);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            log.warn("file={} is no list of peers, and ignored: {}", path, unreadable.toString());
            return List.of();
        }
    }

    /** Puts these in the place of those that were there, as many as there is room for. */
    public void write(List<PeerContact> contacts) {
        String lines = Stream.concat(
                        Stream.of(TITLE), contacts.stream().limit(CAPACITY).map(PeerContact::toString))
                .collect(Collectors.joining("\n", "", "\n"));
        try {
            new PrivateFile(path).write(lines.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            log.warn("file={} could not be written, the next start may need a gateway: {}", path, failure.toString());
        }
    }

    private List<PeerContact> contacts(List<String> lines) {
        List<PeerContact> contacts = new ArrayList<>();
        List<Integer> wrong = new ArrayList<>();
        for (int line = 1; line < lines.size() && contacts.size() < CAPACITY; line++) {
            try {
                PeerContact contact = PeerContact.parse(lines.get(line));
                if (contact.expected() == null || contact.address().port() == 0) {
                    throw new IllegalArgumentException("without a peer id, or without a port");
                }
                contacts.add(contact);
            } catch (IllegalArgumentException e) {
                wrong.add(line + 1);
            }
        }
        if (!wrong.isEmpty()) {
            log.warn("file={} names no peer at lines {}, which are skipped", path, wrong);
        }
        return List.copyOf(contacts);
    }
}
