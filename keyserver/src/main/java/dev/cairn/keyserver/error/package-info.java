/** What can go wrong, one type for each decision that the caller can take. */
@NullMarked
package dev.cairn.keyserver.error;

import org.jspecify.annotations.NullMarked;
