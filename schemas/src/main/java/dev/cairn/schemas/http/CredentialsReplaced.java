package dev.cairn.schemas.http;

/** The secrets are in force. Every token of before is void. */
public record CredentialsReplaced(long accountVersion, int bundleVersion) {}
