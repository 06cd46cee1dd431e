package beacon.dht.erasure;

import java.util.List;

/** Chooses the kernel once, when the class is loaded: the Vector API where the runtime offers it, else plain Java. */
final class Kernels {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String VECTOR_KERNEL = "beacon.dht.erasure.VectorKernel";

    private static final List<Kernel> AVAILABLE = available();

    private Kernels() {}

    static Kernel best() {
        return AVAILABLE.get(0);
    }

    /** Fastest first; the last one needs nothing but Java 17. */
    static List<Kernel> all() {
        return AVAILABLE;
    }

    private static List<Kernel> available() {
        Kernel plain = new PlainKernel();
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            return List.of(plain);
        }
        try {
            // By name: the class is compiled against an incubator module that need not be there.
            Kernel vector = Class.forName(VECTOR_KERNEL)
                    .asSubclass(Kernel.class)
                    .getDeclaredConstructor()
                    .newInstance();
            return List.of(vector, plain);
        } catch (ReflectiveOperationException | LinkageError e) {
            return List.of(plain);
        }
    }
}
