/** The always-online keyserver process, its HTTP interface and the examples on a real stack. */
@NullMarked
package dev.cairn.e2e.daemon;

import org.jspecify.annotations.NullMarked;
