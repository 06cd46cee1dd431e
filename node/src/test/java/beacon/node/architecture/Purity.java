package beacon.node.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Set;

/** What pure code does not touch. Accesses include method references, such as a clock handed over as a supplier. */
final class Purity {
    static final DescribedPredicate<JavaClass> IO_LIBRARY = resideInAnyPackage(
                    "org.apache.ratis..",
                    "io.netty..",
                    "io.grpc..",
                    "io.libp2p..",
                    "net.openhft..",
                    "picocli..",
                    "org.slf4j..",
                    "java.util.logging..")
            .as("libraries that do I/O or log");

    static final DescribedPredicate<JavaClass> FILE_OR_SOCKET = describe(
            "files, channels or sockets",
            other -> resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..", "javax.net..")
                            .test(other)
                    || Set.of(
                                    "java.io.File",
                                    "java.io.FileInputStream",
                                    "java.io.FileOutputStream",
                                    "java.io.FileReader",
                                    "java.io.FileWriter",
                                    "java.io.RandomAccessFile")
                            .contains(other.getName()));

    static final DescribedPredicate<JavaAccess<?>> CLOCK_OR_CHANCE =
            access("a clock, chance or the environment", Purity::isClockOrChance);

    static final DescribedPredicate<JavaAccess<?>> THREAD = access("a thread", Purity::isThread);

    static final DescribedPredicate<JavaAccess<?>> UNSTABLE_ORDER =
            access("a collection without stable order", Purity::isUnstableOrder);

    static final DescribedPredicate<JavaAccess<?>> STANDARD_STREAM =
            access("a standard stream", Purity::isStandardStream);

    private Purity() {}

    private static DescribedPredicate<JavaAccess<?>> access(
            String name, java.util.function.Predicate<AccessTarget> target) {
        return describe("target is " + name, access -> target.test(access.getTarget()));
    }

    private static boolean isClockOrChance(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        return switch (owner) {
            case "java.lang.System" ->
                List.of("currentTimeMillis", "nanoTime", "getenv", "getProperty", "getProperties", "identityHashCode")
                        .contains(name);
            case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
            case "java.util.UUID" -> name.equals("randomUUID");
            case "java.util.Date", "java.util.GregorianCalendar" -> true;
            case "java.time.InstantSource" -> name.equals("system");
            case "java.util.random.RandomGenerator" ->
                List.of("of", "getDefault").contains(name);
            case "java.util.Random",
                    "java.util.SplittableRandom",
                    "java.util.concurrent.ThreadLocalRandom",
                    "java.util.random.RandomGeneratorFactory",
                    "java.security.SecureRandom" -> true;
            default ->
                owner.startsWith("java.time.")
                        && (name.equals("now") || (owner.equals("java.time.Clock") && name.startsWith("system")));
        };
    }

    private static boolean isThread(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        return switch (owner) {
            case "java.lang.Thread",
                    "java.lang.ThreadLocal",
                    "java.util.Timer",
                    "java.util.concurrent.Executors",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.concurrent.CountDownLatch",
                    "java.util.concurrent.Semaphore",
                    "java.lang.Runtime",
                    "java.lang.ProcessBuilder" -> true;
            case "java.lang.Object" -> List.of("wait", "notify", "notifyAll").contains(name);
            case "java.util.concurrent.Future" -> name.equals("get");
            case "java.util.concurrent.CompletableFuture", "java.util.concurrent.CompletionStage" ->
                List.of("join", "get", "orTimeout", "completeOnTimeout", "delayedExecutor")
                                .contains(name)
                        || (name.endsWith("Async") && !takesExecutor(target));
            default -> name.equals("parallelStream") || name.equals("parallel");
        };
    }

    private static boolean takesExecutor(AccessTarget target) {
        return target instanceof CodeUnitAccessTarget method
                && method.getRawParameterTypes().stream()
                        .anyMatch(type -> type.getName().equals("java.util.concurrent.Executor"));
    }

    private static boolean isUnstableOrder(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        return switch (owner) {
            case "java.util.HashMap",
                    "java.util.HashSet",
                    "java.util.Hashtable",
                    "java.util.IdentityHashMap",
                    "java.util.WeakHashMap",
                    "java.util.concurrent.ConcurrentHashMap" -> name.equals("<init>");
            case "java.util.Set", "java.util.Map" ->
                List.of("of", "copyOf", "ofEntries").contains(name);
            case "java.util.stream.Collectors" ->
                List.of("toSet", "toUnmodifiableSet", "toUnmodifiableMap").contains(name)
                        || (List.of("toMap", "groupingBy").contains(name) && !takesMapSupplier(target));
            default -> false;
        };
    }

    private static boolean takesMapSupplier(AccessTarget target) {
        return target instanceof CodeUnitAccessTarget method
                && method.getRawParameterTypes().stream()
                        .anyMatch(type -> type.getName().equals("java.util.function.Supplier"));
    }

    private static boolean isStandardStream(AccessTarget target) {
        boolean field = target.getOwner().getName().equals("java.lang.System")
                && List.of("out", "err").contains(target.getName());
        return field
                || (target.getName().equals("printStackTrace")
                        && target.getOwner().isAssignableTo(Throwable.class)
                        && target instanceof CodeUnitAccessTarget method
                        && method.getRawParameterTypes().isEmpty());
    }
}
