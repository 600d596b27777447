/** The directory that a keyserver lives in: identity, backup key, lock, commit files, store. */
@NullMarked
package dev.cairn.keyserver.home;

import org.jspecify.annotations.NullMarked;
