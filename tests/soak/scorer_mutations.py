"""Faults of the JVM scorer: one place of one of its sources reads otherwise."""

from __future__ import annotations

from tests.soak.edits import Java
from tests.soak.mutation import Mutation

SCORER = [
    Mutation(
        "flat trees: < for <=",
        "comparison",
        Java(
            "score/FlatTrees.java",
            "values[feature[node]] <= threshold[node] ? 0 : 1",
            "values[feature[node]] < threshold[node] ? 0 : 1",
        ),
        ("tree", "scaled tree"),
        whole=True,
    ),
    Mutation(
        "flat trees with missing values: < for <=",
        "comparison",
        Java(
            "score/FlatTrees.java",
            "int side = x <= threshold[node] ? 0",
            "int side = x < threshold[node] ? 0",
        ),
        ("tree",),
    ),
    Mutation(
        "flat trees: missing values go the other way",
        "missing direction",
        Java(
            "score/FlatTrees.java", "x != x ? missing[node] : 1", "x != x ? 1 - missing[node] : 1"
        ),
        ("tree", "tree classifier"),
    ),
    Mutation(
        "flat trees: missing values go right",
        "missing as 0",
        Java("score/FlatTrees.java", "missing |= x != x;", ""),
        ("tree", "tree classifier"),
    ),
    Mutation(
        "packed trees: < for <=",
        "comparison",
        Java(
            "score/PackedTrees.java",
            "(int) ((node - key) >>> 63)",
            "(int) ((node - key - (1L << RANK_SHIFT)) >>> 63)",
        ),
        ("forest", "boosted", "histogram"),
    ),
    Mutation(
        "packed trees: the last lane is not added",
        "tree dropped",
        Java("score/PackedTrees.java", "sum += values[p];", ""),
        ("boosted",),
    ),
    Mutation(
        "packed trees: the last tree is not added",
        "tree dropped",
        Java(
            "score/PackedTrees.java",
            "Math.min(LANES, treeCount - LANES * group)",
            "Math.min(LANES, treeCount - LANES * group - 1)",
        ),
        ("forest", "forest regressor", "boosted"),
    ),
    Mutation(
        "keys: missing values go the other way",
        "missing direction",
        Java(
            "score/TreeKeys.java",
            "(i & 1) != 0 ? 0 : cutCount + 1",
            "(i & 1) != 0 ? cutCount + 1 : 0",
        ),
        ("forest", "histogram"),
    ),
    Mutation(
        "keys: a negated threshold one double aside",
        "threshold",
        Java(
            "score/TreeKeys.java", "Math.nextDown(-threshold) : threshold", "-threshold : threshold"
        ),
        ("forest", "histogram"),
    ),
    Mutation(
        "cuts: <= for <",
        "comparison",
        Java(
            "score/Cuts.java",
            "doubleToRawLongBits(sorted[at + step - 1] - x)",
            "doubleToRawLongBits(Math.nextDown(sorted[at + step - 1]) - x)",
        ),
        ("forest", "boosted", "histogram"),
    ),
    Mutation(
        "cuts: minus infinity is the highest",
        "infinity",
        Java("score/Cuts.java", "return x < 0 ? 0 : belowInfinity;", "return belowInfinity;"),
        ("histogram",),
    ),
    Mutation(
        "cuts of a block: infinity has no rank of its own",
        "infinity",
        Java("score/Cuts.java", "ranks[i] = x != x ? -1 : rank(x);", "ranks[i] = -1;"),
        ("histogram",),
    ),
    Mutation(
        "planes: missing values go left",
        "missing direction",
        Java("score/TreePlanes.java", "ranks[r] < 0 ? missing :", "ranks[r] < 0 ? 0 :"),
        ("forest", "histogram"),
    ),
    Mutation(
        "planes: the last tree of a group is not added",
        "tree dropped",
        Java("score/TreePlanes.java", "sum += all[h + (codes[r + 7 * ROWS] & 0xff)];", ""),
        ("boosted", "histogram"),
    ),
    Mutation(
        "planes: ranks of the block before stay",
        "stale state",
        Java("score/TreePlanes.java", "falls[places[r]] = 0;", ""),
        ("boosted", "histogram"),
    ),
    Mutation(
        "planes: a right turn forgotten",
        "children swapped",
        Java(
            "score/LongPlaneWalk.java",
            "lower ^= right & masks[units[unit + 3] + word];\n          upper",
            "upper",
        ),
        ("histogram",),
    ),
    Mutation(
        "mean not divided",
        "aggregate",
        Java("score/TreesStep.java", "row.numbers[slot] /= treeCount;", ""),
        ("forest regressor",),
    ),
    Mutation(
        "sums not begun at 0",
        "stale state",
        Java("score/TreesStep.java", "row.numbers[slot] = 0.0;", ""),
        ("tree", "forest regressor"),
    ),
    Mutation(
        "linear: intercept dropped",
        "intercept",
        Java("score/LinearStep.java", "sum + intercepts[j]", "sum"),
        ("linear", "pipeline"),
    ),
    Mutation(
        "linear: the sum begins at 1e-12",
        "intercept",
        Java("score/LinearStep.java", "double sum = 0.0;", "double sum = 1e-12;"),
        ("linear", "pipeline"),
    ),
    Mutation(
        "linear: a category's weight is that of the first",
        "categories",
        Java("score/LinearStep.java", "weights[first + table.column(at)]", "weights[first]"),
        ("pipeline",),
    ),
    Mutation(
        "linear: an unknown category is the first",
        "unknown category",
        Java(
            "score/LinearStep.java",
            "int place = row.last[text];",
            "int place = Math.max(0, row.last[text]);",
        ),
        ("pipeline",),
    ),
    Mutation(
        "categories: the place of the row before",
        "stale state",
        Java("score/CategorySteps.java", "row.last[text] = place;", "row.last[text] = before;"),
        ("pipeline",),
    ),
    Mutation(
        "categories: the column of the row before stays",
        "stale state",
        Java(
            "score/CategorySteps.java",
            "row.numbers[slots[table.column(at)]] = usual[table.column(at)];",
            "",
        ),
        ("one-hot tree",),
    ),
    Mutation(
        "categories: texts of one hash are one",
        "categories",
        Java(
            "score/TextTable.java",
            "if (java.util.Arrays.equals(key, 0, key.length, text, offset, offset + length))",
            "if (key != null)",
        ),
        ("pipeline", "ordinal"),
    ),
    Mutation(
        "categories: -0.0 is not 0.0",
        "-0.0",
        Java(
            "score/Elementwise.java", "default -> x == y;", "default -> Double.compare(x, y) == 0;"
        ),
        ("number categories",),
    ),
    Mutation(
        "categories: NaN is not NaN",
        "missing as 0",
        Java("score/Elementwise.java", "default -> x != x ? 1.0 : 0.0;", "default -> 0.0;"),
        ("number categories",),
    ),
    Mutation(
        "division by multiplication with the reciprocal",
        "division",
        Java(
            "score/Elementwise.java",
            "s[out[k]] = s[a[k]] / s[b[k]];",
            "s[out[k]] = s[a[k]] * (1.0 / s[b[k]]);",
        ),
        ("scaled tree",),
    ),
    Mutation(
        "subtraction in float32",
        "float32",
        Java(
            "score/Elementwise.java",
            "s[out[k]] = s[a[k]] - s[b[k]];",
            "s[out[k]] = (float) (s[a[k]] - s[b[k]]);",
        ),
        ("scaled tree", "pipeline"),
    ),
    Mutation(
        "missing values are imputed with 0",
        "missing as 0",
        Java(
            "score/Elementwise.java",
            "s[out[k]] = x != x ? s[b[k]] : x;",
            "s[out[k]] = x != x ? 0.0 : x;",
        ),
        ("pipeline", "ordinal"),
    ),
    Mutation(
        "exp off by 1e-12",
        "link function",
        Java(
            "score/Elementwise.java",
            "case EXP -> StrictMath.exp(x);",
            "case EXP -> StrictMath.exp(x) * (1 + 1e-12);",
        ),
        ("binary",),
    ),
    Mutation(
        ">= for >",
        "comparison",
        Java("score/Elementwise.java", "case GREATER -> x > y;", "case GREATER -> x >= y;"),
        ("tied forest",),
    ),
    Mutation(
        "checks: missing values are not refused",
        "dropped check",
        Java(
            "score/RowChecks.java",
            "case MISSING_VALUE -> noNull[i] = true;",
            "case MISSING_VALUE -> {}",
        ),
        ("linear", "logistic", "boosted"),
    ),
    Mutation(
        "checks: infinity is not refused where missing values are",
        "dropped check",
        Java(
            "score/RowChecks.java",
            "good &= x >= presentMin[k] & x <= presentMax[k];",
            "good &= x == x;",
        ),
        ("linear", "boosted"),
    ),
    Mutation(
        "checks: infinity is not refused where missing values are taken",
        "dropped check",
        Java(
            "score/RowChecks.java",
            "good &= !(x < rangedMin[k] | x > rangedMax[k]);",
            "good &= !(x < rangedMin[k]);",
        ),
        ("tree", "forest", "pipeline"),
    ),
    Mutation(
        "checks: unknown categories are not refused",
        "dropped check",
        Java(
            "score/RowChecks.java",
            "case UNKNOWN_CATEGORY -> known.add(check.categories());",
            "case UNKNOWN_CATEGORY -> {}",
        ),
        ("ordinal",),
    ),
    Mutation(
        "checks: text that is no number is a missing value",
        "dropped check",
        Java("score/RowChecks.java", "boolean good = !row.hasBadText();", "boolean good = true;"),
        ("histogram of texts",),
    ),
    Mutation(
        "checks: refused for the last reason",
        "order of checks",
        Java(
            "score/RowChecks.java",
            "this.ordered = List.copyOf(checks);",
            "this.ordered = new ArrayList<>(checks);\n"
            "    java.util.Collections.reverse(this.ordered);",
        ),
        ("linear of texts", "ordinal"),
    ),
    Mutation(
        "a refusal sticks to the buffer",
        "stale state",
        Java("score/RowBuffer.java", "void accept() {\n    refusal = null;", "void accept() {"),
        ("linear",),
    ),
    Mutation(
        "text: a decimal comma",
        "text",
        Java(
            "score/PythonFloat.java", "c == '.' && !fraction", "(c == '.' || c == ',') && !fraction"
        ),
        ("linear of texts", "histogram of texts"),
    ),
    Mutation(
        "text: blanks around are refused",
        "text",
        Java(
            "score/PythonFloat.java",
            "return c == ' ' || (c >= '\\t' && c <= '\\r');",
            "return false;",
        ),
        ("linear of texts", "histogram of texts"),
    ),
    Mutation(
        "text: underscores are refused",
        "text",
        Java("score/PythonFloat.java", "if (utf8[i] < 0 || utf8[i] == '_')", "if (utf8[i] < 0)"),
        ("linear of texts", "histogram of texts"),
    ),
    Mutation(
        "text: two underscores are accepted",
        "text",
        Java(
            "score/PythonFloat.java",
            "i == from || i + 1 == to || !isDigit(ascii[i - 1]) || !isDigit(ascii[i + 1])",
            "i == from || i + 1 == to",
        ),
        ("linear of texts", "histogram of texts"),
    ),
    Mutation(
        "text: nan is refused",
        "text",
        Java("score/PythonFloat.java", 'equalsIgnoreCase(s, start, end, "nan")', "false"),
        ("histogram of texts", "linear of texts"),
    ),
    Mutation(
        "text: -inf is inf",
        "text",
        Java(
            "score/PythonFloat.java",
            "return negative ? INFINITY | SIGN : INFINITY;",
            "return INFINITY;",
        ),
        ("histogram of texts",),
    ),
    Mutation(
        "text: small numbers by multiplication with the reciprocal",
        "text",
        Java(
            "score/PythonFloat.java",
            "mantissa / POWERS_OF_TEN[-power]",
            "mantissa * (1.0 / POWERS_OF_TEN[-power])",
        ),
        ("histogram of texts",),
    ),
    Mutation(
        "text: digits of other scripts are refused",
        "text",
        Java("score/PythonFloat.java", "if (replacement == 0) {", "if (true) {"),
        ("linear of texts", "histogram of texts"),
    ),
    Mutation(
        "PMML reader: missing values go the other way",
        "missing direction",
        Java(
            "pmml/TreeConverter.java",
            "test.threshold(), missingLeft)",
            "test.threshold(), !missingLeft)",
            ("pmml",),
        ),
        ("tree", "histogram"),
    ),
    Mutation(
        "PMML reader: the last prediction is none",
        "leaf value",
        Java(
            "pmml/TreeConverter.java",
            "lastIfNoneHolds ? leaf.apply(node) : missingLeaf",
            "missingLeaf",
            ("pmml",),
        ),
        ("tree", "histogram"),
    ),
    Mutation(
        "PMML reader: intercept dropped",
        "intercept",
        Java(
            "pmml/RegressionModels.java",
            'new ArrayList<>(), table.number("intercept"))',
            "new ArrayList<>(), 0.0)",
            ("pmml",),
        ),
        ("linear", "logistic"),
    ),
    Mutation(
        "PMML reader: an unknown category has the default of none",
        "unknown category",
        Java("pmml/MapValues.java", 'value(map, map.optional("defaultValue"))', "0.0", ("pmml",)),
        ("tolerant ordinal",),
    ),
    Mutation(
        "bundle reader: intercept dropped",
        "intercept",
        Java(
            "bundle/LinearOps.java",
            "new double[] {step.attributes().finite(intercept)}",
            "new double[] {0.0}",
            ("mleap",),
        ),
        ("linear", "logistic"),
    ),
    Mutation(
        "bundle reader: a forest is a sum",
        "aggregate",
        Java(
            "bundle/TreeOps.java",
            "i -> FIRST), Aggregate.MEAN",
            "i -> FIRST), Aggregate.SUM",
            ("mleap",),
        ),
        ("forest regressor",),
    ),
    Mutation(
        "bundle reader: an assembler turns its inputs round",
        "columns reordered",
        Java(
            "bundle/VectorOps.java",
            'columns.addAll(frame.numbers(step, "input" + i, widths[i]));',
            'columns.addAll(0, frame.numbers(step, "input" + i, widths[i]));',
            ("mleap",),
        ),
        ("linear", "tree"),
    ),
    Mutation(
        "bundle reader: the factors of a product are dropped",
        "weight",
        Java("bundle/VectorOps.java", "input.get(i), factors[i]", "input.get(i), 1.0", ("mleap",)),
        ("tree", "histogram"),
    ),
    Mutation(
        "bundle reader: unknown text has the code 0",
        "unknown category",
        Java(
            "bundle/TextOps.java",
            'step.attributes().finite("default_value", 0.0)',
            "0.0",
            ("mleap",),
        ),
        ("tolerant ordinal",),
    ),
]
