/** Names and values. */
@NullMarked
package dev.cairn.keyserver.object;

import org.jspecify.annotations.NullMarked;
