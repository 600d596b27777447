/**
 * Write-ahead log and outbox in one: the exact bytes of every record, on disk before anything else.
 */
@NullMarked
package dev.cairn.keyserver.commitfile;

import org.jspecify.annotations.NullMarked;
