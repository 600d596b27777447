package dev.cairn.schemas.http;

/** {@code identity} is the name that the account is found by: a username, or an address. */
public record LoginChallengeRequest(String identity) {}
