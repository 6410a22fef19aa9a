package io.penstock.spark

import java.lang.ref.WeakReference
import java.util.concurrent.ConcurrentHashMap

import io.penstock.{LoadedModel, ModelFiles}
import org.apache.spark.SparkContext
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
  private var shipped: Option[(SparkContext, Broadcast[Array[Byte]])] = None

  /** The model's bytes, broadcast once in the Spark context that runs now; a context may end. */
  private def broadcast(): Option[Broadcast[Array[Byte]]] = synchronized {
    val context = (SparkSession.getActiveSession ++ SparkSession.getDefaultSession)
      .map(_.sparkContext)
      .find(!_.isStopped)
    shipped = context.map { current =>
      // Bytes, because Kryo may be told to refuse classes that it was not told of.
      shipped
        .filter { case (earlier, _) => earlier eq current }
        .getOrElse(current -> current.broadcast(files.model))
    }
    shipped.map(_._2)
  }

  private def writeReplace(): AnyRef = {
    val large = if (files.model.length > PathHandle.InlineBytes) broadcast() else None
    large.fold[AnyRef](new InlineModel(reference, files)) { model =>
      new BroadcastModel(reference, digest, files.manifest, files.format, files.where, model)
    }
  }
}

private[spark] object PathHandle {

  /** Models up to this size travel in the task, larger ones by a broadcast of their own. */
  private val InlineBytes = 1 << 20

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

/** A large model: its bytes reach each executor once. */
private[spark] final class BroadcastModel(
    val reference: String,
    val digest: String,
    manifest: Array[Byte],
    format: String,
    where: String,
    bytes: Broadcast[Array[Byte]])
    extends ModelHandle {
  override def model: LoadedModel =
    ModelCache.get(digest, new ModelFiles(manifest, bytes.value, format, where))
}
