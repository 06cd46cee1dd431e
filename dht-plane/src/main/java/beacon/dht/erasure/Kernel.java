package beacon.dht.erasure;

/** A way to multiply a matrix with shards. All kernels give the same bytes; they differ in speed only. */
interface Kernel {
    /** For reports, for instance "plain". */
    String name();

    /** Does the work that depends on the matrix alone. The result belongs to one thread. */
    Transform prepare(GfMatrix matrix);

    /** A matrix made ready to be multiplied with shards. */
    interface Transform {
        /**
         * Writes bytes [from, to) of every output. Outputs must not be inputs.
         *
         * @param inputs one array for each column
         * @param outputs one array for each row
         */
        void apply(byte[][] inputs, byte[][] outputs, int from, int to);
    }
}
