/** Compaction and recovery, beside the bare download and beside restic. */
@NullMarked
package dev.cairn.bench.recover;

import org.jspecify.annotations.NullMarked;
