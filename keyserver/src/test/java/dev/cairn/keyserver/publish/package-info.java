/** The publisher against a log in memory that fails in every way that a log can. */
@NullMarked
package dev.cairn.keyserver.publish;

import org.jspecify.annotations.NullMarked;
