package dev.cairn.schemas.http;

/** The recovery bundle that takes the place of the one before, base64url. */
public record BundleReplace(String bundle) {}
