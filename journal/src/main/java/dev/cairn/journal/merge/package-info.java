/**
 * Merges the operations of a log's tail with the snapshot before it, in bounded memory, into the
 * next snapshot.
 */
@NullMarked
package dev.cairn.journal.merge;

import org.jspecify.annotations.NullMarked;
