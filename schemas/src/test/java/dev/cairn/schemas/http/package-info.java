/** Messages: strict in, complete out. */
@NullMarked
package dev.cairn.schemas.http;

import org.jspecify.annotations.NullMarked;
