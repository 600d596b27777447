/** The service over HTTP, with Kafka and storage in memory: every route, and what must not pass. */
@NullMarked
package dev.cairn.recovery.http;

import org.jspecify.annotations.NullMarked;
