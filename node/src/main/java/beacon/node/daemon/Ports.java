package beacon.node.daemon;

import beacon.node.config.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of a local cluster: chosen once, when it is made, because its members remember each other by them. */
final class Ports {
    /** Distance of the Raft port, and of the HTTP port, from the client port. */
    static final int RAFT = 10;

    static final int HTTP = 20;

    private static final int STEP = 30;
    private static final int TRIES = 100;

    private Ports() {}

    /** The first run of ports of which all are free. */
    static List<Endpoint> free(String host, int first, int members) {
        for (int i = 0; i < TRIES; i++) {
            int base = first + i * STEP;
            if (base + HTTP + members > 65_535) {
                break;
            }
            if (areFree(host, base, members)) {
                List<Endpoint> endpoints = new ArrayList<>();
                for (int j = 0; j < members; j++) {
                    endpoints.add(new Endpoint(host, base + j));
                }
                return endpoints;
            }
        }
        throw new IllegalStateException("expected a run of free ports from " + first + " on, but found none");
    }

    private static boolean areFree(String host, int base, int members) {
        for (int i = 0; i < members; i++) {
            for (int offset : new int[] {0, RAFT, HTTP}) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress(host, base + offset + i));
                } catch (IOException e) {
                    return false;
                }
            }
        }
        return true;
    }
}
