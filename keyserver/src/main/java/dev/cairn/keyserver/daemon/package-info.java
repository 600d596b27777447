/**
 * The always-online process of a keyserver: publishes, and serves its HTTP interface on loopback.
 */
@NullMarked
package dev.cairn.keyserver.daemon;

import org.jspecify.annotations.NullMarked;
