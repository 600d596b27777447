/** The keyserver's publisher on a real broker. */
@NullMarked
package dev.cairn.e2e.keyserver;

import org.jspecify.annotations.NullMarked;
