/**
 * A keyserver as a library: transactions in, sealed and backed up as they happen, and the live
 * state to read.
 */
@NullMarked
package dev.cairn.keyserver;

import org.jspecify.annotations.NullMarked;
