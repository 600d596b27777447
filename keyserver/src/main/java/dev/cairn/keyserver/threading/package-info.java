/** Where the threads of a keyserver, their locks and the time of their waits come from. */
@NullMarked
package dev.cairn.keyserver.threading;

import org.jspecify.annotations.NullMarked;
