package dev.cairn.schemas.http;

/** The user id is fresh; the wallet signs the challenge to prove that it has the address. */
public record WalletRegistrationStarted(
    String registrationId, String userId, LoginChallenge challenge) {}
