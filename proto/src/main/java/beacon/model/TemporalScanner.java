package beacon.model;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Reads the temporal part of an address, from a position to the slash that ends it or the end of the text. */
final class TemporalScanner {
    private static final int[] FIELD_DIGITS = {4, 2, 2, 2, 2, 2};
    private static final String AFTER_FIELDS = "--T::";

    private final String text;
    private int at;

    TemporalScanner(String text, int at) {
        this.text = text;
        this.at = at;
    }

    /** Index after the part. */
    int position() {
        return at;
    }

    Temporal temporal() {
        if (peek() == '#') {
            at++;
            return Temporal.LATEST;
        }
        if (skip("*^")) {
            return Temporal.LATEST;
        }
        if (skip("*~")) {
            return Ascii.isDigit(peek()) ? revision() : Temporal.FIRST;
        }
        if (skip("~~")) {
            return new Temporal.Back(number());
        }
        if (skip("^^")) {
            return new Temporal.Forward(number());
        }
        if (Ascii.isDigit(peek())) {
            return instant();
        }
        throw malformed("a temporal part: *^ *~ *~N ~~N ^^N # or an instant such as 2026-03-31T12:00:00Z");
    }

    private Temporal revision() {
        int first = at;
        long number = number();
        if (number == 0) {
            throw new MalformedAddress("a revision from 1", "0", first);
        }
        return new Temporal.Revision(number);
    }

    private long number() {
        int first = at;
        long value = 0;
        while (Ascii.isDigit(peek())) {
            int digit = peek() - '0';
            if (at > first && value == 0) {
                throw new MalformedAddress("a number without leading zero", "\"0\"", first);
            }
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw new MalformedAddress("a number up to " + Long.MAX_VALUE, "more", first);
            }
            value = value * 10 + digit;
            at++;
        }
        if (at == first) {
            throw malformed("a number");
        }
        return value;
    }

    private Temporal instant() {
        int first = at;
        int[] fields = new int[6];
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                char separator = AFTER_FIELDS.charAt(i - 1);
                if (peek() != separator) {
                    throw malformed("\"%c\" of an instant such as 2026-03-31T12:00:00Z".formatted(separator));
                }
                at++;
            }
            fields[i] = digits(FIELD_DIGITS[i]);
        }
        int nanos = peek() == '.' ? fraction() : 0;
        if (peek() != 'Z') {
            throw malformed("\"Z\": an instant is in UTC");
        }
        at++;
        try {
            LocalDateTime time =
                    LocalDateTime.of(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], nanos);
            return new Temporal.At(time.toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw new MalformedAddress("a day and time of the calendar", text.substring(first, at), first);
        }
    }

    private int digits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            if (!Ascii.isDigit(peek())) {
                throw malformed("a digit of an instant such as 2026-03-31T12:00:00Z");
            }
            value = value * 10 + peek() - '0';
            at++;
        }
        return value;
    }

    /** Nanoseconds from one to nine digits after the point. */
    private int fraction() {
        at++;
        int first = at;
        int nanos = digits(1);
        for (int count = 1; count < 9; count++) {
            nanos = nanos * 10 + (Ascii.isDigit(peek()) ? digits(1) : 0);
        }
        if (Ascii.isDigit(peek())) {
            throw new MalformedAddress("at most nine digits of a second", "more", first);
        }
        return nanos;
    }

    private boolean skip(String token) {
        boolean found = text.startsWith(token, at);
        if (found) {
            at += token.length();
        }
        return found;
    }

    /** The next character; at the end NUL, which no rule accepts. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private MalformedAddress malformed(String expected) {
        return new MalformedAddress(expected, AddressScanner.found(text, at), at);
    }
}
