/**
 * Holds the configuration to its promise: everything wrong is said at once, nothing secret is
 * shown.
 */
@NullMarked
package dev.cairn.provider.config;

import org.jspecify.annotations.NullMarked;
