package dev.tributary.core.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts that people read name the actor: none contains a word of {@link BannedWords}, in any module. */
class PlainLanguageTests {

    @Test
    void javaSourcesContainNoBannedWord() throws IOException {
        SourceTree sources = SourceTree.ofProject();

        assertThat(findings(sources.main())).isEmpty();
        assertThat(findings(sources.tests())).isEmpty();
    }

    @Test
    void otherFilesContainNoBannedWord() throws IOException {
        List<String> findings = new ArrayList<>();
        TextFiles.of(SourceTree.projectRoot())
                .forEach((path, text) -> findings.addAll(findings(path, List.of(new Passage(1, text)))));

        assertThat(findings).isEmpty();
    }

    @Test
    void wordsAreFoundInCommentsAndMessagesWithTheirLine() {
        String source = """
                // Nobody answers.
                String url = "http://anybody";
                /**
                 * There are so
                 * many.
                 */
                """;

        assertThat(BannedWords.in(Comments.of(source)))
                .containsExactly(new BannedWords.Hit(1, "nobody"), new BannedWords.Hit(4, "so many"));
        assertThat(BannedWords.in(List.of(new Passage(7, "one line\nwhoever asks"))))
                .containsExactly(new BannedWords.Hit(8, "whoever"));
    }

    private static List<String> findings(List<SourceFile> files) {
        List<String> findings = new ArrayList<>();
        for (SourceFile file : files) {
            findings.addAll(findings(file.path(), Comments.of(file.text())));
            findings.addAll(findings(file.path(), VisibleTexts.of(file)));
        }
        return findings;
    }

    private static List<String> findings(Path path, List<Passage> passages) {
        return BannedWords.in(passages).stream()
                .map(hit -> path + ":" + hit.line() + ": " + hit.word())
                .toList();
    }
}
