/** Commit files on a disk that loses what was not forced. */
@NullMarked
package dev.cairn.keyserver.commitfile;

import org.jspecify.annotations.NullMarked;
