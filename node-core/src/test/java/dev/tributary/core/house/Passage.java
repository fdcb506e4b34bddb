package dev.tributary.core.house;

/**
 * A text that people read, such as a comment or a message.
 *
 * @param line the line of the source file on which the text begins, from 1
 */
record Passage(int line, String text) {}
