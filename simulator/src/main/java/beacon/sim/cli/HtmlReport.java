package beacon.sim.cli;

import beacon.sim.cluster.Outcome;
import beacon.sim.cluster.Recording;
import beacon.sim.cluster.Recording.Sample;
import beacon.sim.scenario.Fault;
import beacon.sim.scenario.Scenario;
import beacon.sim.scenario.ScenarioFile;
import beacon.sim.world.Trace;
import beacon.sim.world.World;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One run as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. */
final class HtmlReport {
    private static final int WIDTH = 960;
    private static final int LEFT = 86;
    private static final int MOMENTS = 10;
    private static final int TICKS = 8;
    private static final int ROWS = 24;
    private static final int ROW = 18;

    private final Scenario scenario;
    private final long seed;
    private final Outcome outcome;
    private final Recording recording;
    private final List<Sample> samples;
    private final double end;

    private HtmlReport(Scenario scenario, long seed, Outcome outcome, Recording recording) {
        this.scenario = scenario;
        this.seed = seed;
        this.outcome = outcome;
        this.recording = recording;
        this.samples = recording.samples();
        this.end = Math.max(1, outcome.micros());
    }

    static String of(Scenario scenario, long seed, Outcome outcome, Recording recording) {
        return new HtmlReport(scenario, seed, outcome, recording).page();
    }

    private static String template() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("/beacon/sim/report.html")) {
            if (in == null) {
                throw new IllegalStateException("expected the page of a report on the class path, but found none");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String page() {
        String verdict = outcome.violation()
                .map(violation -> "<p class=\"verdict bad\">✗ " + escape(violation.toString()) + "</p>")
                .orElse("<p class=\"verdict good\">✓ Everything held.</p>");
        return template()
                .replace("{{title}}", escape(scenario.name() + ", seed " + seed))
                .replace("{{description}}", escape(scenario.description()))
                .replace("{{verdict}}", verdict)
                .replace("{{cards}}", cards())
                .replace("{{charts}}", charts())
                .replace("{{moments}}", moments())
                .replace("{{scenario}}", escape(ScenarioFile.write(scenario)))
                .replace("{{trace}}", outcome.traceHash())
                .replace("{{lines}}", lines());
    }

    // Figures.

    private String cards() {
        Outcome.Figures figures = outcome.figures();
        int margin = samples.stream()
                .filter(sample -> sample.groups() > 0)
                .mapToInt(Sample::margin)
                .min()
                .orElse(0);
        return card("virtual time", Words.time(outcome.micros()))
                + card("faults", "%,d".formatted(scenario.faults().size()))
                + card("artifacts", "%,d".formatted(figures.artifacts()))
                + card("deleted", "%,d".formatted(figures.released()))
                + card("lost", "%,d".formatted(figures.lost()))
                + card("columns moved", "%,d".formatted(figures.moves()))
                + card("read by repairs", Words.bytes(figures.repairBytes()))
                + card("lowest margin", Integer.toString(margin))
                + card("events on the log", "%,d".formatted(figures.events()));
    }

    private static String card(String name, String value) {
        return "<div class=\"card\"><b>%s</b><span>%s</span></div>".formatted(escape(value), escape(name));
    }

    // Charts, all on the same axis of time.

    private double x(double micros) {
        return LEFT + (WIDTH - LEFT - 10) * micros / end;
    }

    private String charts() {
        return "<h2>Faults</h2>"
                + timeline()
                + "<h2>Groups that are not whole</h2>"
                + "<p>Groups of which a column is rotten, gone, or on a node that does not answer.</p>"
                + chart("groups", "endangered", sample -> sample.endangered())
                + "<h2>Margin</h2>"
                + "<p>Columns that the worst group could still lose before it cannot be read; below 0 it cannot.</p>"
                + chart("columns", "margin", sample -> sample.margin())
                + "<h2>Repair traffic</h2>"
                + "<p>MiB that repairs read each minute, on average between two looks.</p>"
                + traffic()
                + "<h2>Storage nodes that answer</h2>"
                + chart("nodes", "nodes", sample -> sample.nodesUp());
    }

    private String timeline() {
        List<String> targets = new ArrayList<>();
        for (Fault fault : scenario.faults()) {
            if (!targets.contains(fault.target())) {
                targets.add(fault.target());
            }
        }
        if (targets.isEmpty()) {
            return "<p>None.</p>";
        }
        targets.sort(Comparator.comparing(HtmlReport::sortable));
        int shown = Math.min(ROWS, targets.size());
        int height = shown * ROW + 24;
        StringBuilder svg = open(height);
        axis(svg, shown * ROW + 2);
        for (int row = 0; row < shown; row++) {
            String target = targets.get(row);
            svg.append("<text class=\"row\" x=\"%d\" y=\"%d\">%s</text>"
                    .formatted(LEFT - 8, row * ROW + 13, escape(target)));
            for (Fault fault : scenario.faults()) {
                if (fault.target().equals(target) && fault.at() <= end) {
                    bar(svg, fault, row);
                }
            }
        }
        svg.append("</svg>");
        if (targets.size() > shown) {
            svg.append("<p>And of %d more.</p>".formatted(targets.size() - shown));
        }
        StringBuilder legend = new StringBuilder("<p class=\"legend\">");
        for (Fault.Kind kind : Fault.Kind.values()) {
            if (scenario.faults().stream().anyMatch(fault -> fault.kind() == kind)) {
                String name = kind.name().toLowerCase(Locale.ROOT);
                legend.append("<span><i class=\"%s\"></i>%s</span>".formatted(name, name.replace('_', ' ')));
            }
        }
        return svg.append(legend).append("</p>").toString();
    }

    private void bar(StringBuilder svg, Fault fault, int row) {
        boolean point = fault.kind() == Fault.Kind.ROT;
        double from = (double) fault.at();
        double until = point ? from : fault.lasts() == 0 ? end : Math.min(end, from + fault.lasts());
        String kind = fault.kind().name().toLowerCase(Locale.ROOT);
        String lasts = point ? "" : fault.lasts() == 0 ? ", for good" : ", " + Words.time(fault.lasts());
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"><title>%s %s at"
                        + " %s%s</title></rect>",
                kind,
                x(from),
                row * ROW + 3,
                Math.max(3, x(until) - x(from)),
                ROW - 6,
                kind,
                escape(fault.target()),
                Trace.time(fault.at()),
                lasts));
    }

    /** m2 before m10, members and nodes apart. */
    private static String sortable(String target) {
        StringBuilder padded = new StringBuilder();
        String digits = target.replaceAll("\\D", "");
        padded.append(target.replaceAll("\\d", "")).append("0".repeat(Math.max(0, 6 - digits.length())));
        return padded.append(digits).toString();
    }

    private String traffic() {
        List<double[]> points = new ArrayList<>();
        for (int i = 1; i < samples.size(); i++) {
            Sample before = samples.get(i - 1);
            Sample sample = samples.get(i);
            double minutes = (double) (sample.at() - before.at()) / World.MINUTE;
            if (minutes > 0) {
                double mebibytes = (sample.repairBytes() - before.repairBytes()) / (double) (1 << 20);
                points.add(new double[] {before.at(), mebibytes / minutes});
            }
        }
        return area(points, "MiB a minute", "traffic");
    }

    private String chart(String unit, String kind, ToDoubleFunction<Sample> value) {
        List<double[]> points = new ArrayList<>();
        for (Sample sample : samples) {
            if (sample.groups() > 0 || kind.equals("nodes")) {
                points.add(new double[] {sample.at(), value.applyAsDouble(sample)});
            }
        }
        return area(points, unit, kind);
    }

    /** Steps: a value holds until the next look. */
    private String area(List<double[]> points, String unit, String kind) {
        if (points.isEmpty()) {
            return "<p>Nothing to show.</p>";
        }
        double low =
                Math.min(0, points.stream().mapToDouble(point -> point[1]).min().orElse(0));
        double high = Math.max(
                low + 1, points.stream().mapToDouble(point -> point[1]).max().orElse(1));
        int height = 120;
        double scale = (height - 12) / (high - low);
        double zero = 6 + high * scale;
        StringBuilder path = new StringBuilder();
        path.append(String.format(Locale.ROOT, "M%.1f %.1f", x(points.get(0)[0]), zero));
        for (int i = 0; i < points.size(); i++) {
            double y = zero - points.get(i)[1] * scale;
            double next = i + 1 < points.size() ? points.get(i + 1)[0] : end;
            path.append(String.format(Locale.ROOT, "L%.1f %.1fL%.1f %.1f", x(points.get(i)[0]), y, x(next), y));
        }
        path.append(String.format(Locale.ROOT, "L%.1f %.1fZ", x(end), zero));
        StringBuilder svg = open(height + 22);
        axis(svg, height);
        for (double value : new double[] {high, low < 0 ? low : 0}) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"row\" x=\"%d\" y=\"%.1f\">%s</text>",
                    LEFT - 8,
                    zero - value * scale + 4,
                    value >= 100 || value == Math.rint(value) ? "%,.0f".formatted(value) : "%.1f".formatted(value)));
        }
        svg.append("<text class=\"unit\" x=\"%d\" y=\"%d\">%s</text>".formatted(LEFT - 8, height / 2 + 4, unit));
        svg.append("<path class=\"%s\" d=\"%s\"/>".formatted(kind, path));
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"zero\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                LEFT,
                WIDTH - 10,
                zero,
                zero));
        return svg.append("</svg>").toString();
    }

    private static StringBuilder open(int height) {
        return new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\">".formatted(WIDTH, height));
    }

    private void axis(StringBuilder svg, int bottom) {
        for (int tick = 0; tick <= TICKS; tick++) {
            double at = end * tick / TICKS;
            String anchor = tick == TICKS ? " text-anchor=\"end\"" : tick == 0 ? "" : " text-anchor=\"middle\"";
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"tick\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"0\" y2=\"%2$d\"/>"
                            + "<text class=\"time\" x=\"%1$.1f\" y=\"%3$d\"%4$s>%5$s</text>",
                    x(at),
                    bottom,
                    bottom + 16,
                    anchor,
                    Trace.time((long) at).replaceAll(":\\d\\d\\.\\d+$", "").replaceAll("^0d", "")));
        }
    }

    // Moments.

    /** Of each stretch in which something was not whole, the moment at which it was worst; the ten worst of those. */
    private List<Sample> worst() {
        Comparator<Sample> badness = Comparator.comparingInt(Sample::margin)
                .thenComparing(Comparator.comparingInt(Sample::endangered).reversed())
                .thenComparingLong(Sample::at);
        List<Sample> moments = new ArrayList<>();
        Sample worst = null;
        for (Sample sample : samples) {
            if (sample.endangered() == 0) {
                if (worst != null) {
                    moments.add(worst);
                }
                worst = null;
            } else if (worst == null || badness.compare(sample, worst) < 0) {
                worst = sample;
            }
        }
        if (worst != null) {
            moments.add(worst);
        }
        moments.sort(badness);
        return moments.subList(0, Math.min(MOMENTS, moments.size()));
    }

    private String moments() {
        List<Sample> worst = worst();
        if (worst.isEmpty()) {
            return "<p>Every group was whole whenever it was looked at.</p>";
        }
        StringBuilder table = new StringBuilder("<table><tr><th>at</th><th>margin</th><th>not whole</th>"
                + "<th>unreadable</th><th>nodes</th><th>last line of the trace</th></tr>");
        for (Sample moment : worst) {
            table.append(
                    "<tr%s><td>%s</td><td>%d</td><td>%,d of %,d</td><td>%,d</td><td>%d</td><td><code>%s</code></td></tr>"
                            .formatted(
                                    moment.margin() < 0 ? " class=\"bad\"" : "",
                                    Trace.time(moment.at()),
                                    moment.margin(),
                                    moment.endangered(),
                                    moment.groups(),
                                    moment.unreadable(),
                                    moment.nodesUp(),
                                    escape(moment.line())));
        }
        return table.append("</table>").toString();
    }

    private String lines() {
        List<String> all = recording.lines();
        int from = Math.max(0, all.size() - 2_000);
        String before = from > 0 ? "… " + from + " lines before\n" : "";
        return escape(before + String.join("\n", all.subList(from, all.size())));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("{{", "{&#123;");
    }
}
