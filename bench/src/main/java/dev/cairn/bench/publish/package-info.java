/** The way from a transaction to its acknowledgement, beside Kafka's own producer. */
@NullMarked
package dev.cairn.bench.publish;

import org.jspecify.annotations.NullMarked;
