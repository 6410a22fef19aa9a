package io.penstock.spark

import org.apache.spark.sql.{SparkSessionExtensions, SparkSessionExtensionsProvider}

/**
 * Brings the functions into every session that begins with the jar on the class path. Spark finds
 * this class by its service loader, so `spark.sql.extensions` stays free for others.
 */
final class PenstockExtensions extends SparkSessionExtensionsProvider {

  override def apply(extensions: SparkSessionExtensions): Unit = {
    ModelFunction.all.foreach(f => extensions.injectFunction(FunctionBuilder.description(f)))
    extensions.injectColumnar(_ => ScoreInBlocks)
  }
}
