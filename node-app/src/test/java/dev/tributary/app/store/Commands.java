package dev.tributary.app.store;

import dev.tributary.app.cli.CommandLines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * Runs commands in this process.
 *
 * @param out standard output of the command
 * @param err its standard error
 */
record Commands(int exitCode, String out, String err) {

    static Commands execute(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = CommandLines.create(Map.of())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Commands(exitCode, out.toString(), err.toString());
    }
}
