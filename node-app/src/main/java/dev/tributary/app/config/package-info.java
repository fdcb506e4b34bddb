/**
 * What a node is told by flags, environment and file. Read {@link dev.tributary.app.config.AppConfig} for what there is
 * to say, {@link dev.tributary.app.config.Setting} for the table of all settings, and
 * {@link dev.tributary.app.config.ConfigSources} for who overrides whom.
 */
@NullMarked
package dev.tributary.app.config;

import org.jspecify.annotations.NullMarked;
