/** Sends the commit files to the log, once, in order, and says what is backed up. */
@NullMarked
package dev.cairn.keyserver.publish;

import org.jspecify.annotations.NullMarked;
