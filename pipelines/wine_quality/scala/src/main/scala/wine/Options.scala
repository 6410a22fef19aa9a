package wine

import org.apache.spark.sql.streaming.Trigger

/** The command line. */
final case class Options(
    model: String,
    input: String,
    scored: String,
    rejected: String,
    checkpoint: String,
    features: String,
    trigger: Trigger,
    maxFiles: Int)

object Options {

  private val usage =
    """Usage: ScoreWines --model PATH --input FOLDER --scored TABLE --rejected TABLE
      |                  --checkpoint FOLDER [--features string|double]
      |                  [--trigger available-now|once|"10 seconds"] [--max-files N]
      |Tables are paths of Delta tables.""".stripMargin

  private val defaults =
    Map("features" -> "string", "trigger" -> "available-now", "max-files" -> "1000")
  private val required = Set("model", "input", "scored", "rejected", "checkpoint")

  /** Ends the program with the usage where the arguments do not fit it. */
  def parse(args: Array[String]): Options = {
    val given = args.toSeq
      .grouped(2)
      .map {
        case Seq(name, value) if name.startsWith("--") => name.drop(2) -> value
        case other => fail(s"cannot read ${other.mkString(" ")}")
      }
      .toMap
    val unknown = given.keySet -- required -- defaults.keySet
    val missing = required -- given.keySet
    if (unknown.nonEmpty) fail(s"unknown option --${unknown.min}")
    if (missing.nonEmpty) fail(s"--${missing.min} is missing")
    val all = defaults ++ given
    Options(
      all("model"),
      all("input"),
      all("scored"),
      all("rejected"),
      all("checkpoint"),
      if (Set("string", "double")(all("features"))) all("features").toUpperCase
      else fail("--features is string or double"),
      trigger(all("trigger")),
      all("max-files").toIntOption.filter(_ > 0).getOrElse(fail("--max-files is a number above 0")))
  }

  private def trigger(name: String): Trigger = name match {
    case "available-now" => Trigger.AvailableNow()
    case "once" => once
    case interval => Trigger.ProcessingTime(interval)
  }

  // Spark prefers available-now, which splits a backlog into batches; once takes it as one batch.
  @annotation.nowarn("cat=deprecation")
  private def once: Trigger = Trigger.Once()

  private def fail(reason: String): Nothing = {
    Console.err.println(s"$reason\n$usage")
    sys.exit(2)
  }
}
