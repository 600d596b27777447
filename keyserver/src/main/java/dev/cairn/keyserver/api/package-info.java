/**
 * The HTTP interface of a running keyserver, as its clients see it: where it is, its messages, its
 * errors, and a client.
 */
@NullMarked
package dev.cairn.keyserver.api;

import org.jspecify.annotations.NullMarked;
