package dev.cairn.schemas.http;

/** Asks for the registration of an account whose name is this Ethereum address. */
public record WalletRegistrationStart(String address) {}
