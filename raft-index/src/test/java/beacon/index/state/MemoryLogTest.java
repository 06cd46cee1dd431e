package beacon.index.state;

import beacon.index.log.EventLog;
import beacon.index.log.EventLogContract;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.Assertions;

class MemoryLogTest extends EventLogContract {
    @Override
    protected EventLog open() {
        return new MemoryLog(1024, InstantSource.system());
    }

    @Override
    protected void close() {}

    @Override
    protected void await(BooleanSupplier condition) {
        Assertions.assertThat(condition.getAsBoolean()).isTrue();
    }
}
