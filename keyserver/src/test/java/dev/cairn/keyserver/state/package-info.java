/** The store on real SQLite. */
@NullMarked
package dev.cairn.keyserver.state;

import org.jspecify.annotations.NullMarked;
