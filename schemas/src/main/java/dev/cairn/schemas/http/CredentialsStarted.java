package dev.cairn.schemas.http;

import java.util.Optional;

/**
 * What a change of secrets goes on with.
 *
 * @param response OPAQUE's RegistrationResponse, base64url, where a password was asked for
 * @param accountVersion the version that the change is of
 * @param challenge what a new wallet signs to prove itself
 */
public record CredentialsStarted(
    Optional<String> response, long accountVersion, LoginChallenge challenge) {}
