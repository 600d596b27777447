/** Holds every object store to one contract, and the decorators to theirs. */
@NullMarked
package dev.cairn.provider.store;

import org.jspecify.annotations.NullMarked;
