/**
 * Kafka, S3 and the provider's services in one process over one directory, for the demo and for
 * tests.
 */
@NullMarked
package dev.cairn.cli.local;

import org.jspecify.annotations.NullMarked;
