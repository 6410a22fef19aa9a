package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The compiled form says what the graph means, on any graph and from any thread. */
class RandomGraphTest {

  @Test
  void compiledGraphsSayBitByBitWhatAnInterpreterSays() {
    for (long seed = 0; seed < 600; seed++) {
      RandomGraph made = new RandomGraph(seed);
      Graph graph = made.graph();
      Scorer scorer = Scorer.compile(graph, null);
      RowBuffer buffer = scorer.newBuffer();
      for (int i = 0; i < 30; i++) {
        Map<String, Object> row = made.row();
        Interpreter expected = new Interpreter(graph, row);
        RowBinder.bind(buffer, row);
        assertEquals(null, scorer.score(buffer));
        for (int k = 0; k < graph.outputs().predictions().size(); k++) {
          String column = graph.outputs().predictions().get(k);
          // Compares as Double does: all NaN are alike, the zeros are not.
          assertEquals(
              expected.number(column), buffer.predictionAt(k), "seed " + seed + ", row " + row);
        }
        assertArrayEquals(
            expected.leaves.stream().mapToInt(leaf -> leaf).toArray(),
            scorer.leaves(buffer),
            "seed " + seed);
      }
    }
  }

  @Test
  void threadsThatShareAScorerGetTheSameAnswers() throws Exception {
    for (long seed = 1000; seed < 1010; seed++) {
      RandomGraph made = new RandomGraph(seed);
      Scorer scorer = Scorer.compile(made.graph(), null);
      List<Map<String, Object>> rows = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        rows.add(made.row());
      }
      List<String> expected = scoreAll(scorer, rows);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Callable<List<String>>> tasks = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          tasks.add(() -> scoreAll(scorer, rows));
        }
        for (Future<List<String>> found : threads.invokeAll(tasks)) {
          assertEquals(expected, found.get());
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  private static List<String> scoreAll(Scorer scorer, List<Map<String, Object>> rows) {
    List<String> answers = new ArrayList<>();
    for (Score score : scorer.score(rows)) {
      answers.add(
          score.prediction() instanceof double[] several
              ? java.util.Arrays.toString(several)
              : String.valueOf(score.prediction()));
    }
    return answers;
  }
}
