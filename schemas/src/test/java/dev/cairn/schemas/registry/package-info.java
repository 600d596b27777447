/** The registry client against a small real server. */
@NullMarked
package dev.cairn.schemas.registry;

import org.jspecify.annotations.NullMarked;
