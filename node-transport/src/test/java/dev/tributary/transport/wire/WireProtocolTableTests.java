package dev.tributary.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.SampleMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the tables of the wire protocol in this module's README with the codec. */
class WireProtocolTableTests {

    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| `([A-Z_]+)` \\|(.*)\\|$", Pattern.MULTILINE);

    @Test
    void tableOfFramesListsKindsAndLimits() throws IOException {
        List<String> rows = rows("Frames").stream()
                .map(row -> row.group(1) + " " + row.group(2) + " " + lastCell(row))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(FrameKind.values())
                        .map(kind -> kind.number() + " " + kind + " " + kind.limit())
                        .toList());
    }

    @Test
    void tableOfMessagesListsTheFieldsThatAreSent() throws IOException {
        Map<MessageKind, Set<String>> sent = new EnumMap<>(MessageKind.class);
        for (PeerMessage message : new SampleMessages(1).oneOfEachKind()) {
            ByteBuf encoded = Unpooled.buffer();
            WireCodec.encode(message, encoded);
            MessageKind kind = MessageKind.ofNumber(encoded.readUnsignedByte());
            sent.computeIfAbsent(kind, unused -> new TreeSet<>()).addAll(fields(encoded.skipBytes(16)));
        }
        List<String> rows = rows("Messages").stream()
                .map(row -> row.group(1) + " " + row.group(2) + " " + namesIn(lastCell(row)))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(MessageKind.values())
                        .map(kind -> kind.number() + " " + kind + " " + sent.get(kind))
                        .toList());
    }

    @Test
    void tablesOfNumbersAreComplete() throws IOException {
        assertThat(names("Fields"))
                .containsExactlyElementsOf(Arrays.stream(Field.values())
                        .map(field -> field.number() + " " + field)
                        .toList());
        assertThat(names("Refusals"))
                .containsExactlyElementsOf(Arrays.stream(RefusalCode.values())
                        .map(code -> code.number() + " " + code)
                        .toList());
        assertThat(names("Reasons of a close"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(CloseReason.Kind.values())
                        .map(kind -> CloseCode.of(kind) + " " + kind)
                        .toList());
    }

    private static Set<String> fields(ByteBuf body) {
        FieldReader fields = new FieldReader().scan(body);
        return Arrays.stream(Field.values())
                .filter(fields::has)
                .map(Field::name)
                .collect(Collectors.toSet());
    }

    private static List<String> names(String heading) throws IOException {
        return rows(heading).stream()
                .map(row -> row.group(1) + " " + row.group(2))
                .toList();
    }

    private static List<MatchResult> rows(String heading) throws IOException {
        String text = Files.readString(Path.of("README.md"));
        int start = text.indexOf("\n### " + heading + "\n");
        assertThat(start).as("the section %s", heading).isPositive();
        int end = text.indexOf("\n#", start + 1);
        return ROW.matcher(text.substring(start, end)).results().toList();
    }

    private static String lastCell(MatchResult row) {
        String cells = row.group(3);
        return cells.substring(cells.lastIndexOf('|') + 1).strip();
    }

    private static Set<String> namesIn(String cell) {
        return Pattern.compile("`([A-Z_]+)`")
                .matcher(cell)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
