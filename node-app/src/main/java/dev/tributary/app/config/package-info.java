/**
 * The configuration of a node by flags, environment and file. Read {@link dev.tributary.app.config.AppConfig} for its
 * parts, {@link dev.tributary.app.config.Setting} for the table of all settings, and
 * {@link dev.tributary.app.config.ConfigSources} for their precedence.
 */
@NullMarked
package dev.tributary.app.config;

import org.jspecify.annotations.NullMarked;
