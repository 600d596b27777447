/** What commands say. */
@NullMarked
package dev.cairn.cli.output;

import org.jspecify.annotations.NullMarked;
