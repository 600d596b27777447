/** Tests of what accounts may hold. */
@NullMarked
package dev.cairn.recovery.quota;

import org.jspecify.annotations.NullMarked;
