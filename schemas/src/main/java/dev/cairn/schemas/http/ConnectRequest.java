package dev.cairn.schemas.http;

/** A keyserver of this epoch wants to write. */
public record ConnectRequest(long epoch) {}
