/** Forgeries of snapshots, for which the writer's own checks stand in the way. */
@NullMarked
package dev.cairn.journal.snapshot;

import org.jspecify.annotations.NullMarked;
