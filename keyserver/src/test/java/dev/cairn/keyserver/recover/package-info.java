/**
 * Recovery against a provider in memory that uses the real cryptography and the real log and
 * snapshot formats.
 */
@NullMarked
package dev.cairn.keyserver.recover;

import org.jspecify.annotations.NullMarked;
