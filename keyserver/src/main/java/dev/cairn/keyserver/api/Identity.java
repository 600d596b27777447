package dev.cairn.keyserver.api;

/**
 * Whose keyserver it is.
 *
 * @param readOnly whether it was recovered for a drill and refuses writes
 */
public record Identity(
    String userId, String username, long epoch, int keyVersion, boolean readOnly) {}
