/** The compactor on a real broker and real storage: policy, crashes, lies. */
@NullMarked
package dev.cairn.e2e.compactor;

import org.jspecify.annotations.NullMarked;
