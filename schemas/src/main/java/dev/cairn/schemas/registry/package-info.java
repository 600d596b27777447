/** A client of Confluent-compatible schema registries; nothing of ours needs one to be alive. */
@NullMarked
package dev.cairn.schemas.registry;

import org.jspecify.annotations.NullMarked;
