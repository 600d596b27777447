/** Framing: the record or an exception, golden bytes, fuzz. */
@NullMarked
package dev.cairn.schemas.wire;

import org.jspecify.annotations.NullMarked;
