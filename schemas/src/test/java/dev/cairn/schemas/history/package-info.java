/** Holds today's schemas to every one that was ever released. */
@NullMarked
package dev.cairn.schemas.history;

import org.jspecify.annotations.NullMarked;
