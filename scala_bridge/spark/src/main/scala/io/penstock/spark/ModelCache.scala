package io.penstock.spark

import java.util

import io.penstock.{LoadedModel, ModelFiles}
import org.apache.spark.internal.Logging

/**
 * The models of this process by digest: each is loaded once, however many tasks ask at a time, and
 * its golden rows are replayed then. The least recently used are dropped when the files of all
 * together pass a share of the heap; a task that holds a dropped model keeps it until it ends.
 */
private[spark] object ModelCache extends Logging {

  // A file grows in memory, a zipped one above all; a sixteenth of the heap in files is safe.
  private val limit: Long = Runtime.getRuntime.maxMemory / 16

  private val entries = new util.LinkedHashMap[String, Entry](16, 0.75f, true)
  private var bytes = 0L

  def get(digest: String, files: => ModelFiles): LoadedModel = entry(digest, files).model

  def size(files: ModelFiles): Long =
    files.model.length.toLong + Option(files.manifest).fold(0)(_.length)

  private def entry(digest: String, files: => ModelFiles): Entry = {
    val known = synchronized(entries.get(digest))
    // Outside the lock: the files may have to be fetched.
    if (known != null) known else add(digest, files)
  }

  private def add(digest: String, files: ModelFiles): Entry = synchronized {
    val entry = entries.computeIfAbsent(
      digest,
      _ => {
        bytes += size(files)
        new Entry(files)
      })
    val eldest = entries.values.iterator
    while (bytes > limit && entries.size > 1) {
      bytes -= eldest.next().bytes
      eldest.remove()
    }
    entry
  }

  private final class Entry(private var files: ModelFiles) {
    val bytes: Long = size(files)

    // A lazy val is initialised by one thread while the others wait, and again after a failure.
    lazy val model: LoadedModel = {
      val loaded = LoadedModel.load(files)
      if (loaded.manifest != null && !loaded.verified) {
        logWarning(
          s"Model ${files.where} was never compared with the model it was exported from: run " +
            "penstock verify on it before you trust its answers.")
      }
      files = null
      loaded
    }
  }
}
