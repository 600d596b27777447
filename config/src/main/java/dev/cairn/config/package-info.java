/**
 * Options, defined once and read from a file and the environment, in the style of Kafka's
 * ConfigDef.
 */
@NullMarked
package dev.cairn.config;

import org.jspecify.annotations.NullMarked;
