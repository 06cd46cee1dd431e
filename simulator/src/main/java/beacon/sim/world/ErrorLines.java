package beacon.sim.world;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What production code logs as an error on this thread, from {@link #watch} to {@link #close}: an error that it was content
 * to log fails a run like one that it throws. Sees nothing where another library than Logback keeps the log.
 */
final class ErrorLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private @Nullable String first;

    private ErrorLines() {}

    static ErrorLines watch() {
        ErrorLines lines = new ErrorLines();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            lines.setContext(context);
            lines.start();
            context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
        }
        return lines;
    }

    @Override
    protected void append(ILoggingEvent line) {
        if (first == null && line.getLevel().isGreaterOrEqual(Level.ERROR) && Thread.currentThread() == thread) {
            first = line.getLoggerName() + ": " + line.getFormattedMessage();
        }
    }

    /** @throws IllegalStateException when there was an error */
    void expectNone() {
        if (first != null) {
            throw new IllegalStateException("expected no error in the log, but found " + first);
        }
    }

    @Override
    public void close() {
        if (getContext() instanceof LoggerContext context) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
            stop();
        }
    }
}
