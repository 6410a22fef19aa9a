package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kernel gives the bits of a plain walk, row by row and in blocks of any rows. */
class TreeKernelTest {
  private static final int INPUTS = 5;
  private static final int NEGATED = 3; // the first inputs are compared negated too

  @AfterEach
  void chooseFreely() {
    System.clearProperty(TreeKernel.FORCED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "flat", "packed-fixed", "packed-early", "planes-long", "planes-vector"})
  void anyEnsembleOnAnyRow(String kernel) {
    for (long seed = 0; seed < 120; seed++) {
      Random random = new Random(seed);
      TreeEnsemble ensemble = ensemble(random);
      System.setProperty(TreeKernel.FORCED, kernel);
      Scorer scorer = scorer(ensemble);
      double[] values = rows(random, ensemble, 90);
      int width = ensemble.outputs().size();
      double[] expected = new double[90 * width];
      for (int r = 0; r < 90; r++) {
        int[] leaves = new int[ensemble.trees().size()];
        walk(ensemble, values, r, expected, leaves);
        RowBuffer row = scorer.newBuffer();
        row.setNumbers(values, r * INPUTS);
        assertEquals(null, scorer.score(row));
        for (int k = 0; k < width; k++) {
          assertEquals(expected[r * width + k], row.predictionAt(k), "seed " + seed);
        }
        assertArrayEquals(leaves, scorer.leaves(row), "seed " + seed);
      }
      double[] found = new double[expected.length];
      assertEquals(0, scorer.newBlock(1 + random.nextInt(40)).score(values, 90, found));
      assertArrayEquals(expected, found, "seed " + seed);
    }
  }

  /** Blocks of more rows than a mask has, and ensembles in several parts. */
  @Test
  void largeBlocks() {
    for (long seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      int outputs = 1 + (int) seed % 2;
      int splits = new int[] {255, 31, 256}[(int) seed % 3]; // with 256 one leaf too many
      int trees = splits == 31 ? 1_100 : 9 + random.nextInt(9); // 32,768 splits are one part
      TreeEnsemble ensemble = ensemble(random, outputs, trees, splits);
      Scorer scorer = scorer(ensemble);
      assertEquals(splits < 256, scorer.gainsFromBlocks());
      int count = 900;
      double[] values = rows(random, ensemble, count);
      double[] expected = new double[count * outputs];
      RowBuffer row = scorer.newBuffer();
      for (int r = 0; r < count; r++) {
        row.setNumbers(values, r * INPUTS);
        scorer.score(row);
        for (int k = 0; k < outputs; k++) {
          expected[r * outputs + k] = row.predictionAt(k);
        }
      }
      for (int size : new int[] {256, 512, 899, 1_024}) {
        double[] found = new double[expected.length];
        assertEquals(0, scorer.newBlock(size).score(values, count, found));
        assertArrayEquals(expected, found, "seed " + seed + ", blocks of " + size);
      }
      RowBlock block = scorer.newBlock(512);
      for (int r = 0; r < 512; r++) {
        block.row(r).setNumbers(values, r * INPUTS);
      }
      block.score(512);
      row.setNumbers(values, 300 * INPUTS);
      scorer.score(row);
      assertArrayEquals(scorer.leaves(row), scorer.leaves(block.row(300)));
    }
  }

  /** A walk that failed its trial would only be slow, and no test of answers would tell. */
  @Test
  void theVectorWalkServesWhereTheProcessorHasVectors() {
    boolean wide = VectorPlaneWalk.LANES >= 4;
    Class<?> expected = wide ? VectorPlaneWalk.class : LongPlaneWalk.class;
    assertInstanceOf(expected, PlaneWalk.choose());
  }

  @Test
  void theKernelFollowsTheShape() {
    List<Tree> stumps = IntStream.range(0, 9).mapToObj(i -> Graphs.stump(0, i, true, 1, 2)).toList();
    assertInstanceOf(PackedTrees.class, kernel(List.of("x"), stumps));
    assertInstanceOf(FlatTrees.class, kernel(List.of("x"), stumps.subList(0, 2)));
  }

  @Test
  void whatDoesNotFitIntoANodeIsStillScored() {
    int inputs = 5_000; // 4,096 keys fit
    List<String> names = IntStream.range(0, inputs).mapToObj(i -> "x" + i).toList();
    List<Tree> trees =
        IntStream.range(0, inputs).mapToObj(i -> Graphs.stump(i, i, true, 1, 0)).toList();
    assertInstanceOf(FlatTrees.class, kernel(names, trees));
    assertInstanceOf(PackedTrees.class, kernel(names, trees.subList(0, 4_096)));
    List<Tree> ofOne =
        IntStream.range(0, 1 << 19).mapToObj(i -> Graphs.stump(0, i, true, 1, 0)).toList();
    assertInstanceOf(FlatTrees.class, kernel(names, ofOne)); // 2^19 - 1 ranks fit, a leaf's too
    assertInstanceOf(PackedTrees.class, kernel(names, ofOne.subList(0, (1 << 19) - 2)));
  }

  private static TreeKernel kernel(List<String> names, List<Tree> trees) {
    Compared[] inputs =
        IntStream.range(0, names.size())
            .mapToObj(i -> new Compared(i, false))
            .toArray(Compared[]::new);
    return TreeKernel.of(Graphs.sum(names, trees, "y"), inputs);
  }

  private static Scorer scorer(TreeEnsemble ensemble) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < NEGATED; i++) {
      Operand input = new Operand.Ref("x" + i);
      nodes.add(new Node.Binary(Node.BinaryOp.MUL, input, new Operand.Const(-1.0), "minus x" + i));
    }
    nodes.add(ensemble);
    Graph graph =
        Graphs.regression(
            IntStream.range(0, INPUTS).mapToObj(i -> Graphs.number("x" + i)).toList(),
            nodes,
            ensemble.outputs().toArray(new String[0]));
    return Scorer.compile(graph, null);
  }

  private static TreeEnsemble ensemble(Random random) {
    return ensemble(random, 1 + random.nextInt(3), 1 + random.nextInt(50), random.nextInt(70));
  }

  private static TreeEnsemble ensemble(Random random, int outputs, int trees, int splits) {
    List<String> names = new ArrayList<>();
    IntStream.range(0, INPUTS).forEach(i -> names.add("x" + i));
    IntStream.range(0, NEGATED).forEach(i -> names.add("minus x" + i));
    return new TreeEnsemble(
        names,
        IntStream.range(0, trees).mapToObj(t -> tree(random, splits, outputs)).toList(),
        TreeEnsemble.Aggregate.values()[random.nextInt(2)],
        TreeEnsemble.Compare.values()[random.nextInt(2)],
        IntStream.range(0, outputs).mapToObj(k -> "y" + k).toList());
  }

  /** Splits open leaves at random, or always the last one, which makes a chain. */
  private static Tree tree(Random random, int splits, int outputs) {
    int n = 2 * splits + 1;
    int[] feature = new int[n];
    double[] threshold = new double[n];
    int[] left = new int[n];
    int[] right = new int[n];
    boolean[] missingLeft = new boolean[n];
    double[][] values = new double[n][];
    boolean chain = random.nextInt(4) == 0;
    java.util.Arrays.fill(feature, -1);
    List<Integer> open = new ArrayList<>(List.of(0));
    for (int next = 1; next < n; next += 2) {
      int node = open.remove(chain ? open.size() - 1 : random.nextInt(open.size()));
      feature[node] = random.nextInt(INPUTS + NEGATED);
      threshold[node] = value(random);
      missingLeft[node] = random.nextBoolean();
      left[node] = next;
      right[node] = next + 1;
      open.add(next);
      open.add(next + 1);
    }
    for (int leaf : open) {
      left[leaf] = -1;
      right[leaf] = -1;
      values[leaf] = random.doubles(outputs, -1, 1).toArray();
    }
    return new Tree(feature, threshold, left, right, missingLeft, values);
  }

  private static double value(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> 0.0;
      case 1 -> -0.0;
      case 2 -> Double.POSITIVE_INFINITY;
      case 3 -> Double.NEGATIVE_INFINITY;
      case 4 -> random.nextGaussian() * 1e300;
      case 5 -> Double.MIN_VALUE * random.nextInt(5);
      case 6, 7 -> random.nextInt(7) - 3;
      default -> random.nextGaussian();
    };
  }

  private static double[] rows(Random random, TreeEnsemble ensemble, int rows) {
    double[] values = new double[rows * INPUTS];
    for (int i = 0; i < values.length; i++) {
      Tree tree = ensemble.trees().get(random.nextInt(ensemble.trees().size()));
      double t = tree.threshold()[random.nextInt(tree.nodeCount())];
      values[i] =
          switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> t;
            case 2 -> Math.nextUp(t);
            case 3 -> Math.nextDown(t);
            case 4 -> random.nextBoolean() ? -t : Math.nextUp(-t);
            default -> value(random);
          };
    }
    return values;
  }

  private static void walk(
      TreeEnsemble ensemble, double[] values, int r, double[] expected, int[] leaves) {
    int width = ensemble.outputs().size();
    for (int t = 0; t < leaves.length; t++) {
      Tree tree = ensemble.trees().get(t);
      int node = 0;
      int[] leavesBelow = leavesBelow(tree);
      while (tree.feature()[node] >= 0) {
        int f = tree.feature()[node];
        double x = f < INPUTS ? values[r * INPUTS + f] : -values[r * INPUTS + f - INPUTS];
        x = ensemble.compare() == TreeEnsemble.Compare.FLOAT32 ? (float) x : x;
        boolean goesLeft = x != x ? tree.missingLeft()[node] : x <= tree.threshold()[node];
        leaves[t] += goesLeft ? 0 : leavesBelow[tree.left()[node]];
        node = goesLeft ? tree.left()[node] : tree.right()[node];
      }
      for (int k = 0; k < width; k++) {
        expected[r * width + k] += tree.values()[node][k];
      }
    }
    for (int k = 0; k < width && ensemble.aggregate() == TreeEnsemble.Aggregate.MEAN; k++) {
      expected[r * width + k] /= leaves.length;
    }
  }

  private static int[] leavesBelow(Tree tree) {
    int[] leaves = new int[tree.nodeCount()];
    for (int node = leaves.length - 1; node >= 0; node--) {
      leaves[node] =
          tree.feature()[node] < 0 ? 1 : leaves[tree.left()[node]] + leaves[tree.right()[node]];
    }
    return leaves;
  }
}
