/** What the provider's services read from provider.properties. */
@NullMarked
package dev.cairn.provider.config;

import org.jspecify.annotations.NullMarked;
