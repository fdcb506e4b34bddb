package dev.tributary.core.house;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the comments of a Java source file; the compiler's tree does not contain them. */
final class Comments {

    /** Comments, in group 1, and the literals in which the start of a comment means nothing. */
    private static final Pattern TOKEN = Pattern.compile(
            "(?s)\"\"\".*?(?<!\\\\)\"\"\"" // text block
                    + "|\"(?:\\\\.|[^\"\\\\\n])*+\"" // string
                    + "|'(?:\\\\.|[^'\\\\\n])*+'" // character
                    + "|(//[^\n]*|/\\*.*?\\*/)");

    private Comments() {}

    /** The comments of the source, Javadoc included, in order. */
    static List<Passage> of(String source) {
        List<Passage> comments = new ArrayList<>();
        Matcher token = TOKEN.matcher(source);
        int line = 1;
        int counted = 0;
        while (token.find()) {
            line += newlines(source, counted, token.start());
            counted = token.start();
            if (token.group(1) != null) {
                comments.add(new Passage(line, token.group(1)));
            }
        }
        return comments;
    }

    /** The number of line ends in this part of the text. */
    static int newlines(String text, int from, int to) {
        return (int) text.substring(from, to).chars().filter(c -> c == '\n').count();
    }
}
