/** What the services do with a schema registry, where one is configured. */
@NullMarked
package dev.cairn.provider.registry;

import org.jspecify.annotations.NullMarked;
