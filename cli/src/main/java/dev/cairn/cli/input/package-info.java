/** What the commands are given: lines of transactions, passwords, durations. */
@NullMarked
package dev.cairn.cli.input;

import org.jspecify.annotations.NullMarked;
