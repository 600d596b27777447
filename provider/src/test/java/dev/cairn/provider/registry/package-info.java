/** Tests of what services do with a schema registry. */
@NullMarked
package dev.cairn.provider.registry;

import org.jspecify.annotations.NullMarked;
