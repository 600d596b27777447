package dev.cairn.schemas.http;

/** The version of the bundle that is in force now. */
public record BundleReplaced(int bundleVersion) {}
