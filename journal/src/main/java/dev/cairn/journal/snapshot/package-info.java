/**
 * The files of a snapshot: segments, their indexes and the manifest; writing, reading and verifying
 * them.
 */
@NullMarked
package dev.cairn.journal.snapshot;

import org.jspecify.annotations.NullMarked;
