/**
 * The embedded broker and storage: owners' rights at the broker, kills, restarts, other programs.
 */
@NullMarked
package dev.cairn.e2e.stack;

import org.jspecify.annotations.NullMarked;
