/** What runs inside the Kafka broker: an authorizer that scales with the number of owners. */
@NullMarked
package dev.cairn.broker;

import org.jspecify.annotations.NullMarked;
