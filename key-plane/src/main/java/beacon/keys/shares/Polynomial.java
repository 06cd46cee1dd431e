package beacon.keys.shares;

import beacon.keys.Entropy;
import java.util.ArrayList;
import java.util.List;

/** A secret polynomial; its value at zero is what is shared. Wiped by {@link #close}. */
public final class Polynomial implements AutoCloseable {
    private final List<Scalar> coefficients;

    private Polynomial(List<Scalar> coefficients) {
        this.coefficients = coefficients;
    }

    /** Constant term first; the polynomial owns and wipes them. */
    public static Polynomial of(List<Scalar> coefficients) {
        return new Polynomial(List.copyOf(coefficients));
    }

    /** A random polynomial with {@code terms} coefficients, so that as many shares determine it. */
    public static Polynomial random(int terms, Entropy entropy) {
        return sharing(Scalar.random(entropy), terms, entropy);
    }

    /** A random polynomial with the given value at zero, which it copies. */
    public static Polynomial sharing(Scalar secret, int terms, Entropy entropy) {
        List<Scalar> coefficients = new ArrayList<>(List.of(secret.copy()));
        while (coefficients.size() < terms) {
            coefficients.add(Scalar.random(entropy));
        }
        return new Polynomial(List.copyOf(coefficients));
    }

    /** The value at a public index from 1. */
    public Scalar at(int index) {
        Scalar value = Scalar.ZERO;
        for (int i = coefficients.size() - 1; i >= 0; i--) {
            value = Scalar.multiplyAdd(value, Scalar.of(index), coefficients.get(i));
        }
        return value;
    }

    /** The constant term; still owned by the polynomial. */
    public Scalar constant() {
        return coefficients.get(0);
    }

    /** Feldman commitments to the coefficients. */
    public Commitments commit(Entropy entropy) {
        return new Commitments(coefficients.stream()
                .map(coefficient -> Point.baseTimes(coefficient, entropy))
                .toList());
    }

    @Override
    public void close() {
        coefficients.forEach(Scalar::wipe);
    }

    @Override
    public String toString() {
        return "Polynomial[hidden]";
    }
}
