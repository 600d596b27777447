/** A provider that lies: the original or an exception, never a clean end with something else. */
@NullMarked
package dev.cairn.e2e.liar;

import org.jspecify.annotations.NullMarked;
