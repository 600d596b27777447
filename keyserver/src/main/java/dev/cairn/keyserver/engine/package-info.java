/** The one writer, the applier behind it, and what a restart does. */
@NullMarked
package dev.cairn.keyserver.engine;

import org.jspecify.annotations.NullMarked;
