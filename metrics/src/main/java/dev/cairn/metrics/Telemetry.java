package dev.cairn.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.jmx.JmxConfig;
import io.micrometer.jmx.JmxMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one process: Prometheus' text format by {@link #scrape}, and MBeans below the
 * domain {@code cairn.<component>}. Besides Cairn's own it has those of the JVM, and of the Kafka
 * clients that are bound to {@link #registry}; those are in JMX anyhow and are not doubled there.
 * Thread-safe.
 */
public final class Telemetry implements AutoCloseable {
  /** What Prometheus asks for and gets. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String OURS = "cairn.";
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5),
    Duration.ofMinutes(30)
  };

  private final Component component;
  private final PrometheusMeterRegistry prometheus;
  private final CompositeMeterRegistry registry;
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();

  // Micrometer refers to what it asks weakly.
  private final List<Object> kept = new ArrayList<>();

  private Telemetry(Component component) {
    this.component = component;
    this.prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    JmxMeterRegistry jmx = new JmxMeterRegistry(new OwnDomain(component), Clock.SYSTEM);
    jmx.config().meterFilter(MeterFilter.denyUnless(id -> id.getName().startsWith(OURS)));
    this.registry = new CompositeMeterRegistry(Clock.SYSTEM, List.of(prometheus, jmx));
    // Kafka's clients have series for every topic, which here is for every user.
    registry.config().meterFilter(MeterFilter.deny(Telemetry::namesATopic));
  }

  /** Starts with the JVM's metrics. */
  public static Telemetry of(Component component) {
    Telemetry telemetry = new Telemetry(component);
    telemetry.bind(new JvmMemoryMetrics());
    telemetry.bind(new JvmThreadMetrics());
    telemetry.bind(new ClassLoaderMetrics());
    telemetry.bind(new ProcessorMetrics());
    telemetry.bind(new UptimeMetrics());
    telemetry.bind(new FileDescriptorMetrics());
    telemetry.bind(new JvmGcMetrics());
    return telemetry;
  }

  public Component component() {
    return component;
  }

  /** Where other binders, such as those of Kafka's clients, register. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Binds, and closes the binder with this, if it can be closed. */
  public void bind(MeterBinder binder) {
    binder.bindTo(registry);
    if (binder instanceof AutoCloseable closeable) {
      synchronized (closing) {
        closing.push(closeable);
      }
    }
  }

  /**
   * A counter with one value for each of the metric's labels, in their order.
   *
   * @throws IllegalArgumentException if the catalogue says otherwise
   */
  public Counter counter(Metric metric, String... labelValues) {
    return counter(registry, metric, labelValues);
  }

  /** A counter in any registry, as the catalogue describes it. */
  public static Counter counter(MeterRegistry registry, Metric metric, String... labelValues) {
    require(metric, Kind.COUNTER);
    return Counter.builder(metric.meterName())
        .description(metric.help())
        .baseUnit(metric.unit().orElse(null))
        .tags(tags(metric, labelValues))
        .register(registry);
  }

  /** A counter that something else counts already; it must answer at once and never shrink. */
  public <T> void counter(Metric metric, T counted, ToDoubleFunction<T> value) {
    require(metric, Kind.COUNTER);
    FunctionCounter.builder(metric.meterName(), counted, value)
        .description(metric.help())
        .baseUnit(metric.unit().orElse(null))
        .register(registry);
    synchronized (kept) {
      kept.add(counted);
    }
  }

  /**
   * A gauge that asks {@code value} at every scrape: it must answer at once. One value for each of
   * the metric's labels, in their order.
   */
  public void gauge(Metric metric, Supplier<Number> value, String... labelValues) {
    gauge(registry, metric, value, labelValues);
  }

  /** A gauge in any registry, as the catalogue describes it. */
  public static void gauge(
      MeterRegistry registry, Metric metric, Supplier<Number> value, String... labelValues) {
    require(metric, Kind.GAUGE);
    Gauge.builder(metric.meterName(), value)
        .description(metric.help())
        .baseUnit(metric.unit().orElse(null))
        .tags(tags(metric, labelValues))
        .strongReference(true)
        .register(registry);
  }

  /** A timer with one value for each of the metric's labels, in their order. */
  public Timer timer(Metric metric, String... labelValues) {
    return timer(registry, metric, labelValues);
  }

  /** A timer in any registry, as the catalogue describes it. */
  public static Timer timer(MeterRegistry registry, Metric metric, String... labelValues) {
    require(metric, Kind.TIMER);
    return Timer.builder(metric.meterName())
        .description(metric.help())
        .tags(tags(metric, labelValues))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** All series now, as Prometheus reads them. */
  public String scrape() {
    return prometheus.scrape(CONTENT_TYPE);
  }

  @Override
  public void close() {
    List<AutoCloseable> all;
    synchronized (closing) {
      all = new ArrayList<>(closing);
      closing.clear();
    }
    for (AutoCloseable each : all) {
      try {
        each.close();
      } catch (Exception e) { // AutoCloseable.close declares Exception
        throw new IllegalStateException("a binder of metrics cannot be closed", e);
      }
    }
    registry.getRegistries().forEach(MeterRegistry::close);
    registry.close();
  }

  private static boolean namesATopic(Meter.Id id) {
    return id.getTag("topic") != null || id.getTag("topic-name") != null;
  }

  private static void require(Metric metric, Kind kind) {
    if (metric.kind() != kind) {
      throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", not a " + kind);
    }
  }

  private static Tags tags(Metric metric, String... values) {
    List<Label> labels = metric.labels();
    if (labels.size() != values.length) {
      throw new IllegalArgumentException(
          metric + " has " + labels.size() + " labels, not " + values.length);
    }
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      List<String> known = labels.get(i).values();
      if (!known.isEmpty() && !known.contains(values[i])) {
        throw new IllegalArgumentException(metric + " knows no such value of " + labels.get(i));
      }
      tags.add(Tag.of(labels.get(i).name(), values[i]));
    }
    return Tags.of(tags);
  }

  private record OwnDomain(Component component) implements JmxConfig {
    @Override
    public String domain() {
      return OURS + component.id();
    }

    @Override
    public @Nullable String get(String key) {
      return null;
    }
  }
}
