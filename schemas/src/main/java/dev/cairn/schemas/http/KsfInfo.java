package dev.cairn.schemas.http;

/** Argon2id parameters of the key-stretching function; memory in KiB. */
public record KsfInfo(int memoryKiB, int iterations, int parallelism) {}
