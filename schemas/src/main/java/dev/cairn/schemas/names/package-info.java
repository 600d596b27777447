/** Names of topics and stored objects, in one place. */
@NullMarked
package dev.cairn.schemas.names;

import org.jspecify.annotations.NullMarked;
