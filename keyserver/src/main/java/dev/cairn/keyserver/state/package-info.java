/** The live state in SQLite, filled by the writer, by a restart and by recovery alike. */
@NullMarked
package dev.cairn.keyserver.state;

import org.jspecify.annotations.NullMarked;
