/** A user's log as the compactor uses it, and its Kafka side. */
@NullMarked
package dev.cairn.compactor.log;

import org.jspecify.annotations.NullMarked;
