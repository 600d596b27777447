/** Snapshots and log records as they leave the service: sealed, by range. */
@NullMarked
package dev.cairn.recovery.data;

import org.jspecify.annotations.NullMarked;
