/** What commands are given, good and bad. */
@NullMarked
package dev.cairn.cli.input;

import org.jspecify.annotations.NullMarked;
