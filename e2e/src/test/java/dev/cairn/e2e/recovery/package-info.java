/** The recovery service on a real broker and real storage. */
@NullMarked
package dev.cairn.e2e.recovery;

import org.jspecify.annotations.NullMarked;
