/**
 * The command line. Read {@link dev.tributary.app.cli.CommandLines}, which creates the commands, then
 * {@code SettingOptions}, which turns the table of settings into flags.
 */
@NullMarked
package dev.tributary.app.cli;

import org.jspecify.annotations.NullMarked;
