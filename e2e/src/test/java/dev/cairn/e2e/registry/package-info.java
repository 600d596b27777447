/** A running stack with a real schema registry, read by other people's clients. */
@NullMarked
package dev.cairn.e2e.registry;

import org.jspecify.annotations.NullMarked;
