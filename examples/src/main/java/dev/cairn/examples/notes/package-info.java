/**
 * A notes server whose notes survive the loss of its machine: a keyserver in a program of its own.
 */
@NullMarked
package dev.cairn.examples.notes;

import org.jspecify.annotations.NullMarked;
