/** The demo's sources of data. */
@NullMarked
package dev.cairn.cli.demo;

import org.jspecify.annotations.NullMarked;
