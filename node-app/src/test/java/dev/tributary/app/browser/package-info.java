/**
 * Web applications as people see them. Read {@link dev.tributary.app.browser.WebApplicationIntegrationTests} first, then
 * {@link dev.tributary.app.browser.Browser}.
 */
@NullMarked
package dev.tributary.app.browser;

import org.jspecify.annotations.NullMarked;
