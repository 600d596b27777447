package dev.cairn.keyserver.recover;

/**
 * How far one phase is. Only what is verified counts as done: done equals total only when the whole
 * phase is.
 *
 * @param phase of the recovery
 * @param done bytes of the snapshot, or records of the log
 * @param total the same when the phase is done; 0 where a phase has no measure
 * @param records entries of the snapshot, or accepted records of the log
 */
public record Progress(Phase phase, long done, long total, long records) {}
