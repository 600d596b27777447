package dev.cairn.schemas.http;

import java.util.Optional;

/**
 * The beginning of a change of secrets.
 *
 * @param request OPAQUE's RegistrationRequest of the new password, base64url, where there is one
 */
public record CredentialsStart(Optional<String> request) {}
