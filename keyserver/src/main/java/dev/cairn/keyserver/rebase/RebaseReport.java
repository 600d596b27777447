package dev.cairn.keyserver.rebase;

import java.time.Duration;

/**
 * What a rebase came to.
 *
 * @param entries sealed slices of the base
 * @param bytes uploaded
 * @param passes before the writer was held still
 * @param heldStill how long transactions waited
 * @param took in all
 */
public record RebaseReport(
    int keyVersion,
    long epoch,
    long index,
    long entries,
    long bytes,
    int passes,
    Duration heldStill,
    Duration took) {}
