package beacon.keys.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.authority.Budgets;
import beacon.keys.custodian.Custodian;
import beacon.keys.custodian.CustodianHome;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.fragments.StoreSeal;
import beacon.proto.v1.GetCustodianReply;
import beacon.proto.v1.GetCustodianRequest;
import io.grpc.stub.ServerCallStreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustodyGrpcTest {
    @TempDir
    Path directory;

    /** A caller who waits, or does not any more. */
    private static final class Waiting extends ServerCallStreamObserver<GetCustodianReply> {
        private final boolean givenUp;
        private final List<String> came = new ArrayList<>();

        Waiting(boolean givenUp) {
            this.givenUp = givenUp;
        }

        @Override
        public boolean isCancelled() {
            return givenUp;
        }

        @Override
        public void onNext(GetCustodianReply reply) {
            came.add(reply.getSeat().getName());
        }

        @Override
        public void onError(Throwable failure) {
            came.add(failure.toString());
        }

        @Override
        public void onCompleted() {
            came.add("end");
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            // Nothing is cancelled later.
        }

        @Override
        public void setCompression(String compression) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void request(int count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setMessageCompression(boolean enable) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void disableAutoInboundFlowControl() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotBegun() {
        Entropy entropy = new TestEntropy(1);
        Budgets.Limit limit = new Budgets.Limit(1, Duration.ofMinutes(1));
        StoreSeal seal = StoreSeal.x25519(X25519Identity.generate(entropy));
        try (CustodianHome home =
                        CustodianHome.initialize(directory, "c1", "example", Optional.empty(), seal, entropy);
                Custodian custodian =
                        new Custodian(home, "host:1", limit, event -> {}, InstantSource.system(), entropy)) {
            CustodyGrpc service = new CustodyGrpc(custodian);
            Waiting waits = new Waiting(false);
            Waiting gone = new Waiting(true);

            service.getCustodian(GetCustodianRequest.getDefaultInstance(), waits);
            service.getCustodian(GetCustodianRequest.getDefaultInstance(), gone);

            assertThat(waits.came).containsExactly("c1", "end");
            assertThat(gone.came).isEmpty();
        }
    }
}
