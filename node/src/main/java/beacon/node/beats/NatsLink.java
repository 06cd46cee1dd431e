package beacon.node.beats;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to NATS that is made when it can be and made again when it breaks; a member starts and works without it. What
 * waits in either direction is bounded, and what is too much is dropped.
 */
public final class NatsLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NatsLink.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_WAITING = 64;
    private static final long MAX_WAITING_BYTES = 1 << 20;

    private final NatsSettings settings;
    private final Consumer<byte[]> frames;
    private final ScheduledExecutorService thread;
    private volatile @Nullable Connection connection;
    private boolean warned;

    private NatsLink(NatsSettings settings, Consumer<byte[]> frames) {
        this.settings = settings;
        this.frames = frames;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "beacon-nats-connect");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Begins to connect.
     *
     * @param frames shown each message on the subject of frames, by a thread of the connection
     */
    public static NatsLink open(NatsSettings settings, Consumer<byte[]> frames) {
        NatsLink link = new NatsLink(settings, frames);
        var unused = link.thread.scheduleWithFixedDelay(link::connect, 0, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        return link;
    }

    /** Until it succeeds once; from then on the library connects again by itself. */
    private void connect() {
        if (connection != null) {
            return;
        }
        try {
            Connection made = Nats.connect(options());
            connection = made;
            Dispatcher dispatcher = made.createDispatcher(this::arrived);
            dispatcher.setPendingLimits(MAX_WAITING, MAX_WAITING_BYTES);
            dispatcher.subscribe(settings.subject());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (!warned) {
                LOG.warn("nats_not_connected cause=\"{}\"; it is tried again", e.toString());
                warned = true;
            }
        }
    }

    private void arrived(Message message) {
        frames.accept(message.getData());
    }

    private Options options() throws IOException {
        Options.Builder options = new Options.Builder()
                .servers(settings.servers().toArray(String[]::new))
                .connectionName("beacon")
                .connectionTimeout(TIMEOUT)
                .maxReconnects(-1)
                .reconnectWait(RETRY)
                .reconnectBufferSize(MAX_WAITING_BYTES)
                .maxMessagesInOutgoingQueue(MAX_WAITING)
                .discardMessagesWhenOutgoingQueueFull()
                .connectionListener(NatsLink::log)
                .errorListener(new Errors());
        if (settings.ca().isPresent()) {
            options.sslContext(NatsTls.context(settings.ca().get()));
        }
        settings.credentials().ifPresent(file -> options.authHandler(Nats.credentials(file.toString())));
        return options.build();
    }

    private static void log(Connection about, ConnectionListener.Events event) {
        LOG.info("nats_connection event=\"{}\" server={}", event, about.getConnectedUrl());
    }

    /** Errors of the connection; it goes on or connects again. */
    private static final class Errors implements ErrorListener {
        @Override
        public void errorOccurred(Connection about, String error) {
            LOG.warn("nats_failed cause=\"{}\"", error);
        }

        @Override
        public void exceptionOccurred(Connection about, Exception error) {
            LOG.debug("nats_failed cause=\"{}\"", error.toString());
        }
    }

    /** Sends if there is a connection and room; else it is lost, and the next one says more. */
    public void send(String subject, byte[] message) {
        Connection known = connection;
        if (known == null || known.getStatus() != Connection.Status.CONNECTED) {
            return;
        }
        try {
            known.publish(subject, message);
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.debug("nats_not_sent cause=\"{}\"", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("nats_did_not_stop");
            }
            Connection known = connection;
            if (known != null) {
                known.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
