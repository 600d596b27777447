/** The process and its HTTP interface on real homes whose provider cannot be reached. */
@NullMarked
package dev.cairn.keyserver.daemon;

import org.jspecify.annotations.NullMarked;
