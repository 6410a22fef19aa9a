package io.penstock.spark

import java.lang.ref.WeakReference
import java.util.concurrent.ConcurrentHashMap

import io.penstock.{LoadedModel, ModelFiles}
import org.apache.spark.broadcast.Broadcast
import org.apache.spark.sql.SparkSession

/**
 * The model of a call in a plan. The plan never holds the model itself: on the driver a handle
 * knows where the model is from; when Spark serialises a stage, the handle is replaced by one that
 * is pinned to the bytes (`writeReplace`), and finds the loaded model in its process's cache.
 *
 * Handles are equal when the models are, so that caches and common subexpressions are found.
 */
private[spark] sealed trait ModelHandle extends Serializable {
  def digest: String

  /** The model as the query's text names it. */
  def reference: String

  /** The model in this process; loaded and verified by the first who asks. */
  def model: LoadedModel

  override def equals(other: Any): Boolean = other match {
    case that: ModelHandle => digest == that.digest
    case _ => false
  }

  override def hashCode: Int = digest.hashCode

  override def toString: String = s"$reference@${digest.take(8)}"
}

/** A model in a folder of the driver, pinned to what lay there when the query was analysed. */
private[spark] final class PathHandle private (val reference: String, files: ModelFiles)
    extends ModelHandle {

  override def digest: String = files.digest

  override def model: LoadedModel = ModelCache.get(digest, files)

  // Held for as long as a plan holds this handle: Spark drops a broadcast that nobody holds.
  private lazy val broadcast: Option[Broadcast[ModelFiles]] =
    SparkSession.getActiveSession
      .orElse(SparkSession.getDefaultSession)
      .map(_.sparkContext.broadcast(files))

  private def writeReplace(): AnyRef =
    if (ModelCache.size(files) <= PathHandle.InlineBytes) new InlineModel(reference, files)
    else {
      broadcast.fold[AnyRef](new InlineModel(reference, files))(
        new BroadcastModel(reference, digest, _))
    }
}

private[spark] object PathHandle {

  /** Models up to this size travel in the task, larger ones by a broadcast of their own. */
  private val InlineBytes = 1L << 20

  private val handles = new ConcurrentHashMap[(String, String), WeakReference[PathHandle]]

  /** One handle, and so at most one broadcast, for all queries over the same files. */
  def apply(reference: String, files: ModelFiles): PathHandle = {
    var handle: PathHandle = null
    handles.compute(
      (reference, files.digest),
      (_, known) => {
        handle = if (known == null) null else known.get
        if (handle != null) known
        else {
          handle = new PathHandle(reference, files)
          new WeakReference(handle)
        }
      })
    handle
  }
}

/** A small model: its files travel with the task. */
private[spark] final class InlineModel(val reference: String, files: ModelFiles)
    extends ModelHandle {
  override def digest: String = files.digest
  override def model: LoadedModel = ModelCache.get(digest, files)
}

/** A large model: its files reach each executor once. */
private[spark] final class BroadcastModel(
    val reference: String,
    val digest: String,
    files: Broadcast[ModelFiles])
    extends ModelHandle {
  override def model: LoadedModel = ModelCache.get(digest, files.value)
}
