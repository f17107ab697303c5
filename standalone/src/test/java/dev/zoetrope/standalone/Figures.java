package dev.zoetrope.standalone;

import java.util.ArrayList;
import java.util.List;

/** What was measured, as a table. */
final class Figures {
    private final List<String> rows = new ArrayList<>();

    void add(String task, String request, String property, String figure, Object... values) {
        rows.add("| %s | %s | %s | %s |".formatted(task, request, property, figure.formatted(values)));
    }

    void print() {
        System.out.println("| task | request | property | measured |\n|---|---|---|---|\n" + String.join("\n", rows));
    }
}
