/** One forward pass over a log decides for every reader alike what counts. */
@NullMarked
package dev.cairn.journal.judge;

import org.jspecify.annotations.NullMarked;
