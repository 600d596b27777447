package dev.cairn.schemas.http;

/** The account exists; its topic is made with the first connect. */
public record Registered(String userId) {}
