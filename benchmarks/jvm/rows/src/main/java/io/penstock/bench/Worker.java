package io.penstock.bench;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process of one engine: {@code CLASS MODEL ROWS} loads, then answers one line for each line on
 * standard input, until it ends. {@code run} scores all rows and says the seconds; {@code answers
 * FILE} writes what the last run answered. With a fourth argument {@code first} the process says
 * the nanoseconds from the file to the first row's answer, that answer and the bytes that go
 * with the model, and ends.
 */
public final class Worker {
  private Worker() {}

  public static void main(String[] args) throws Exception {
    // Only answers go to standard output; the engines log where they like.
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Path file = Path.of(args[1]);
    Rows rows = Rows.read(Path.of(args[2]));
    double[] answers = new double[rows.count];
    if (args.length > 3) {
      used(); // so that what the JVM's own start has left is gone before the model comes
      long start = System.nanoTime();
      Engine.Model model = engine(args[0]).load(file, rows);
      model.score(0, 1, answers);
      long time = System.nanoTime() - start;
      long with = used();
      model.score(0, 1, answers); // so that the model is still held while the heap is measured
      model = null;
      out.println(time + " " + answers[0] + " " + (with - used()));
      return;
    }
    Engine.Model model = engine(args[0]).load(file, rows);
    out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("run")) {
        long start = System.nanoTime();
        model.score(0, rows.count, answers);
        out.println((System.nanoTime() - start) / 1e9);
      } else {
        write(Path.of(line.substring("answers ".length())), answers);
        out.println("written");
      }
    }
  }

  private static Engine engine(String name) throws ReflectiveOperationException {
    return (Engine) Class.forName(name).getDeclaredConstructor().newInstance();
  }

  /** The bytes of the heap that are reachable. Only every fourth collection leaves no dead wood. */
  private static long used() throws InterruptedException {
    for (int i = 0; i < 8; i++) {
      System.gc();
      Thread.sleep(20);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void write(Path file, double[] answers) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (double answer : answers) {
        out.writeDouble(answer);
      }
    }
  }
}
