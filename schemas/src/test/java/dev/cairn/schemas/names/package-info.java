/** Names: what is taken and what is not. */
@NullMarked
package dev.cairn.schemas.names;

import org.jspecify.annotations.NullMarked;
