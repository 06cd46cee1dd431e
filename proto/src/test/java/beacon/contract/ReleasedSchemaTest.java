package beacon.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReleasedSchemaTest {
    @Test
    void keepsEveryReleasedFieldValueAndMethod() throws IOException {
        SortedSet<String> present = ContractSchema.present();
        Released.propose("schema.txt", present);

        List<String> broken = ContractSchema.broken(Released.lines("schema.txt"), present);

        assertThat(broken)
                .as("released, but changed or gone: %s%s", broken, Released.ADVICE)
                .isEmpty();
    }

    @Test
    void knowsTheWholeContract() throws IOException {
        assertThat(Released.lines("schema.txt"))
                .hasSizeGreaterThan(150)
                .contains(
                        "field beacon.v1.RecordedEvent.fingerprint = 6 optional fixed64",
                        "field beacon.v1.Event.pointer_set = 1 optional message .beacon.v1.PointerSet oneof body",
                        "value beacon.v1.Reason.REASON_BUG = 110",
                        "method beacon.v1.IndexService/Watch .beacon.v1.WatchRequest -> stream .beacon.v1.EventFrame");
    }

    @Test
    void noticesEachKindOfChange() throws IOException {
        changed(files -> pointerSet(files).getFieldBuilder(1).setNumber(7), "field beacon.v1.PointerSet.cid = 2");
        changed(files -> pointerSet(files).getFieldBuilder(1).setName("id"), "field beacon.v1.PointerSet.cid = 2");
        changed(
                files -> pointerSet(files)
                        .getFieldBuilder(1)
                        .setType(com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_STRING),
                "field beacon.v1.PointerSet.cid = 2");
        changed(
                files -> pointerSet(files)
                        .getFieldBuilder(1)
                        .setLabel(com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_REPEATED),
                "field beacon.v1.PointerSet.cid = 2");
        changed(files -> pointerSet(files).removeField(1), "field beacon.v1.PointerSet.cid = 2");
        changed(
                files -> event(files).getEnumTypeBuilder(0).getValueBuilder(1).setNumber(9),
                "value beacon.v1.BeatKind.BEAT_KIND_PULSE = 1");
        changed(
                files -> service(files).getServiceBuilder(0).getMethodBuilder(0).setServerStreaming(true),
                "method beacon.v1.IndexService/Append");
        changed(files -> service(files).getServiceBuilder(0).removeMethod(0), "method beacon.v1.IndexService/Append");
    }

    @Test
    void letsTheContractGrow() throws IOException {
        FileDescriptorSet.Builder files = present();
        pointerSet(files).addFieldBuilder().setName("new").setNumber(99);

        assertThat(ContractSchema.broken(Released.lines("schema.txt"), ContractSchema.linesOf(files.build())))
                .isEmpty();
    }

    private static void changed(Consumer<FileDescriptorSet.Builder> change, String line) throws IOException {
        FileDescriptorSet.Builder files = present();
        change.accept(files);

        List<String> broken =
                ContractSchema.broken(Released.lines("schema.txt"), ContractSchema.linesOf(files.build()));

        assertThat(broken).hasSize(1).first().asString().startsWith(line);
    }

    private static FileDescriptorSet.Builder present() throws IOException {
        try (InputStream in = ReleasedSchemaTest.class.getResourceAsStream("/beacon/v1/beacon.desc")) {
            return FileDescriptorSet.parseFrom(in).toBuilder();
        }
    }

    private static com.google.protobuf.DescriptorProtos.DescriptorProto.Builder pointerSet(
            FileDescriptorSet.Builder files) {
        return event(files).getMessageTypeBuilderList().stream()
                .filter(message -> message.getName().equals("PointerSet"))
                .findFirst()
                .orElseThrow();
    }

    private static com.google.protobuf.DescriptorProtos.FileDescriptorProto.Builder event(
            FileDescriptorSet.Builder files) {
        return file(files, "beacon/v1/event.proto");
    }

    private static com.google.protobuf.DescriptorProtos.FileDescriptorProto.Builder service(
            FileDescriptorSet.Builder files) {
        return file(files, "beacon/v1/index_service.proto");
    }

    private static com.google.protobuf.DescriptorProtos.FileDescriptorProto.Builder file(
            FileDescriptorSet.Builder files, String name) {
        return files.getFileBuilderList().stream()
                .filter(file -> file.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
