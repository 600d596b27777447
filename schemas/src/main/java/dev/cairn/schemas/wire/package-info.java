/**
 * Confluent wire format for our Avro records, and how a schema id is resolved without a live
 * registry.
 */
@NullMarked
package dev.cairn.schemas.wire;

import org.jspecify.annotations.NullMarked;
