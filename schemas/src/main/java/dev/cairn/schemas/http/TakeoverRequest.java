package dev.cairn.schemas.http;

/** Takes the log over; repeating the id gives the same answer. */
public record TakeoverRequest(String takeoverId, int keyVersion) {}
