package beacon.node.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time with its zone, as ISO 8601 has it; anything else is a wrong usage. */
final class TimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException malformed) {
            throw new TypeConversionException(
                    "expected a time such as 2026-03-31T12:00:00Z, but found \"%s\"".formatted(text));
        }
    }
}
