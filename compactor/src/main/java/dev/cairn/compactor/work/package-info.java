/**
 * One compaction: what to compact, merging, publishing, truncating, sweeping; and the workers that
 * run many.
 */
@NullMarked
package dev.cairn.compactor.work;

import org.jspecify.annotations.NullMarked;
