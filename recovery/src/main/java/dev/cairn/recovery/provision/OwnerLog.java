package dev.cairn.recovery.provision;

/**
 * An owner's log as it stands at the broker.
 *
 * @param bytes on the broker that holds most of it
 */
public record OwnerLog(String topic, long startOffset, long endOffset, long bytes) {}
