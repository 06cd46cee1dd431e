package beacon.node.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Which way the code may look, as tests. Lives in node, which sees every module; each rule comes with a class that breaks
 * it, so that a rule which catches nothing fails.
 */
class ArchitectureTest {
    private static final JavaClasses BEACON = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("beacon");

    @TestFactory
    Stream<DynamicTest> theCodeKeepsTheRule() {
        return Rules.all().stream()
                .map(rule ->
                        DynamicTest.dynamicTest(rule.name(), () -> rule.rule().check(BEACON)));
    }

    @TestFactory
    Stream<DynamicTest> theRuleCatchesItsViolation() {
        return Rules.all().stream()
                .flatMap(rule -> rule.violations().stream()
                        .map(violation -> DynamicTest.dynamicTest(
                                rule.name() + ": " + violation.getSimpleName(), () -> catches(rule, violation))));
    }

    private static void catches(Rules.Rule rule, Class<?> violation) {
        // The partners that make a cycle or carry a package's annotations come along.
        JavaClasses broken = new ClassFileImporter()
                .importClasses(Stream.concat(Stream.of(violation), Violations.partnersOf(violation).stream())
                        .toList());

        EvaluationResult result = rule.rule().evaluate(broken);

        assertThat(result.hasViolation())
                .as("rule \"%s\" catches %s", rule.name(), violation)
                .isTrue();
        assertThat(result.getFailureReport().toString()).contains(violation.getPackageName());
    }

    @Test
    void seesEveryModule() {
        for (String name :
                new String[] {"beacon.model", "beacon.index.log", "beacon.dht", "beacon.keys", "beacon.node.cli"}) {
            assertThat(BEACON.containPackage(name))
                    .as("found classes of %s", name)
                    .isTrue();
        }
    }
}
