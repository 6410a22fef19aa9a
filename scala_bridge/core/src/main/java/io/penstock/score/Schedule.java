package io.penstock.score;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The steps of a model, each after those whose columns it reads. Elementwise operations that do not
 * depend on each other are brought together, so that scaling two thousand columns is two loops.
 */
final class Schedule {

  /**
   * A step or an elementwise item.
   *
   * @param late whether only the probabilities need it
   * @param level one more than the highest of what it reads
   */
  private record Planned(boolean late, int level, int group, Step step, Elementwise.Item item) {}

  private static final int NO_GROUP = -1;

  private final List<Planned> planned = new ArrayList<>();

  void add(boolean late, int level, Step step) {
    planned.add(new Planned(late, level, NO_GROUP, step, null));
  }

  void add(boolean late, int level, Elementwise.Item item) {
    planned.add(new Planned(late, level, item.op().ordinal(), null, item));
  }

  /** The steps that a prediction needs, or those that the probabilities need after them. */
  Step[] steps(boolean late) {
    List<Planned> ordered =
        planned.stream()
            .filter(p -> p.late() == late)
            .sorted(Comparator.comparingInt(Planned::level).thenComparingInt(Planned::group))
            .toList();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < ordered.size(); ) {
      Planned first = ordered.get(i);
      if (first.step() != null) {
        steps.add(first.step());
        i++;
        continue;
      }
      List<Elementwise.Item> items = new ArrayList<>();
      for (; i < ordered.size() && sameLoop(first, ordered.get(i)); i++) {
        items.add(ordered.get(i).item());
      }
      steps.add(new Elementwise(items));
    }
    return steps.toArray(new Step[0]);
  }

  private static boolean sameLoop(Planned a, Planned b) {
    return a.level() == b.level() && a.group() == b.group();
  }
}
