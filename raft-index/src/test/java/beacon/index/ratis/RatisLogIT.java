package beacon.index.ratis;

import beacon.index.log.EventLog;
import beacon.index.log.EventLogContract;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

class RatisLogIT extends EventLogContract {
    @TempDir
    Path directory;

    private TestCluster cluster;

    @Override
    protected EventLog open() {
        cluster = TestCluster.start(directory, 1, UnaryOperator.identity());
        return cluster.member("m1").log();
    }

    @Override
    protected void close() {
        cluster.close();
    }

    @Override
    protected void await(BooleanSupplier condition) {
        TestCluster.await(condition);
    }
}
