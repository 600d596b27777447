/** The client against a server that answers whatever a test wants. */
@NullMarked
package dev.cairn.keyserver.service;

import org.jspecify.annotations.NullMarked;
