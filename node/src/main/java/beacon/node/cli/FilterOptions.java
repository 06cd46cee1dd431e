package beacon.node.cli;

import beacon.model.Address;
import beacon.node.json.EventJson;
import beacon.proto.v1.EventFilter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which events a stream is to carry. */
final class FilterOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "Only events about addresses that begin so.")
    private String prefix = "";

    @Option(names = "--type", paramLabel = "TYPE", split = ",", description = "Only events of these types.")
    private List<String> types = List.of();

    @Option(names = "--actor", paramLabel = "ACTOR", split = ",", description = "Only events of these actors.")
    private List<String> actors = List.of();

    EventFilter filter() {
        EventFilter.Builder filter = EventFilter.newBuilder()
                .setAddressPrefix(Address.keyPrefix(prefix))
                .addAllActors(actors);
        for (String type : types) {
            int number = EventJson.typeNumber(type);
            if (number == 0) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "expected --type among " + EventJson.types() + ", but found \"" + type + "\"");
            }
            filter.addEventTypes(number);
        }
        return filter.build();
    }
}
