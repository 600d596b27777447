/** Runs the real program in child processes, waits for conditions, and makes seeded data. */
@NullMarked
package dev.cairn.e2e.support;

import org.jspecify.annotations.NullMarked;
