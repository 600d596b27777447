/** Holds the reading of options to its promises. */
@NullMarked
package dev.cairn.config;

import org.jspecify.annotations.NullMarked;
