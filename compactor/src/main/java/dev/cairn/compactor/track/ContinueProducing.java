package dev.cairn.compactor.track;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job that could not be written is asked for again: no reason to stop a cell. */
public final class ContinueProducing implements ProductionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ContinueProducing.class);

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    LOG.warn("a record for {} could not be written; going on", record.topic(), exception);
    return Response.resume();
  }

  @Override
  public void configure(Map<String, ?> configs) {}
}
