package beacon.index.state;

import io.grpc.Status;
import java.io.File;
import java.net.Socket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;

/** Each breaks one rule for core packages, for the architecture test to find. */
public final class Impure {
    private Impure() {}

    public static final class UsesGrpc {
        Status status = Status.OK;
    }

    public static final class Logs {
        void log(Logger logger) {
            logger.info("core");
        }
    }

    public static final class OpensFile {
        File file() {
            return new File("core");
        }
    }

    public static final class OpensSocket {
        Socket socket() {
            return new Socket();
        }
    }

    public static final class ReadsClock {
        long now() {
            return System.nanoTime();
        }
    }

    public static final class HandsClockOver {
        InstantSource clock() {
            return Instant::now;
        }
    }

    public static final class DrawsChance {
        RandomGenerator chance() {
            return new Random();
        }
    }

    public static final class ReadsEnvironment {
        String home() {
            return System.getProperty("user.home");
        }
    }

    public static final class Sleeps {
        void sleep() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    public static final class Joins {
        Object join(CompletableFuture<Object> future) {
            return future.join();
        }
    }

    public static final class UsesHiddenPool {
        CompletableFuture<Void> run(CompletableFuture<Void> before) {
            return before.thenRunAsync(() -> {});
        }
    }

    public static final class Synchronizes {
        synchronized void change() {}
    }

    public static final class Shares {
        volatile int shared;
    }

    public static final class IteratesAtRandom {
        Map<String, String> map() {
            return new HashMap<>();
        }
    }

    public static final class UsesGenerated {
        beacon.proto.v1.Event event = beacon.proto.v1.Event.getDefaultInstance();
    }
}
