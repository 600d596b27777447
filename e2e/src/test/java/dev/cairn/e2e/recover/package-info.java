/** Recovery against the whole embedded stack. */
@NullMarked
package dev.cairn.e2e.recover;

import org.jspecify.annotations.NullMarked;
