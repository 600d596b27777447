/** Homes that appear only when they are complete. */
@NullMarked
package dev.cairn.keyserver.home;

import org.jspecify.annotations.NullMarked;
