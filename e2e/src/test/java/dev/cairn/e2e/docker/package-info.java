/** Separately started servers, and the containers' configuration run without containers. */
@NullMarked
package dev.cairn.e2e.docker;

import org.jspecify.annotations.NullMarked;
