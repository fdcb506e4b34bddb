package dev.tributary.core.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Vague words that hide the actor of a sentence. Texts name the node, the peer, the client or the number instead. */
final class BannedWords {

    private static final List<String> WORDS =
            List.of("nobody", "somebody", "anybody", "everybody", "whoever", "whomever", "no one", "so many");

    /** In a comment, a line break and a star may stand between two words. */
    private static final Pattern PATTERN = Pattern.compile(
            "\\b(" + String.join("|", WORDS).replace(" ", "[\\s*/]+") + ")\\b(?!-)", Pattern.CASE_INSENSITIVE);

    private BannedWords() {}

    /** A banned word and the line of the file on which it stands. */
    record Hit(int line, String word) {}

    static List<Hit> in(List<Passage> passages) {
        List<Hit> hits = new ArrayList<>();
        for (Passage passage : passages) {
            PATTERN.matcher(passage.text()).results().forEach(match -> hits.add(hit(passage, match)));
        }
        return hits;
    }

    private static Hit hit(Passage passage, MatchResult match) {
        String word = match.group().toLowerCase(Locale.ROOT).replaceAll("[\\s*/]+", " ");
        return new Hit(passage.line() + Comments.newlines(passage.text(), 0, match.start()), word);
    }
}
