package beacon.dht.libp2p;

import beacon.dht.Host;
import beacon.dht.HostContract;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** The hosts on TCP keep the contract over real sockets. */
class TcpHostIT extends HostContract {
    private final TcpHosts hosts = new TcpHosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @Override
    protected Host newHost() {
        return hosts.start(Limits.forLoopback());
    }

    @Override
    protected <T> T await(Supplier<CompletionStage<T>> step) {
        return hosts.await(step);
    }

    @Override
    protected void awaitTrue(Supplier<Boolean> condition) {
        hosts.awaitTrue(condition);
    }
}
