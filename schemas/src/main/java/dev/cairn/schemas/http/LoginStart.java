package dev.cairn.schemas.http;

/** {@code ke1} is OPAQUE's KE1. */
public record LoginStart(String username, String ke1) {}
