/** What the commands say: results, failures in three parts, progress. */
@NullMarked
package dev.cairn.cli.output;

import org.jspecify.annotations.NullMarked;
