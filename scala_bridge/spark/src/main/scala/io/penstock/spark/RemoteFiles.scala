package io.penstock.spark

import java.io.IOException
import java.nio.file.{Files, Path => LocalPath}

import scala.util.Using
import scala.util.control.NonFatal

import io.penstock.{ErrorClass, ModelFiles, PenstockException}
import org.apache.hadoop.fs.{FileSystem, Path}
import org.apache.spark.sql.SparkSession

/**
 * Reads an export from any file system that Spark's Hadoop configuration knows (hdfs:, s3a:,
 * abfss: and so on), by way of a copy that is gone when this returns.
 */
private[spark] object RemoteFiles {
  private val Manifest = "penstock.json"

  def read(reference: String): ModelFiles = {
    val copy = Files.createTempDirectory("penstock-model-")
    try {
      val found = ModelFiles.read(download(reference, copy), null)
      new ModelFiles(found.manifest, found.model, found.format, reference)
    } catch {
      case e: PenstockException =>
        throw new PenstockException(e.errorClass, e.sentence.replace(copy.toString, reference), e)
      case e: IllegalArgumentException =>
        throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          s""""$reference" is not a path (${e.getMessage}); give the folder of an export, such """ +
            "as /models/wine",
          e)
      case e: IOException => throw unreadable(reference, e.getMessage, "", e)
      // A file system whose jars are absent, or do not fit, ends in any of Java's errors.
      case e @ (NonFatal(_) | _: LinkageError) =>
        val told = String.valueOf(e.getMessage).linesIterator.nextOption().getOrElse("")
        val jars = " with the jars of that file system, such as hadoop-aws for s3a:"
        throw unreadable(reference, told, jars, e)
    } finally delete(copy)
  }

  private def unreadable(reference: String, told: String, remedy: String, cause: Throwable) =
    new PenstockException(
      ErrorClass.MODEL_NOT_FOUND,
      s""""$reference" cannot be read ($told); check the path and that this session may read """ +
        s"it$remedy",
      cause)

  /** Copies an export folder's files, or one file and the manifest beside it. */
  private def download(reference: String, copy: LocalPath): LocalPath = {
    val path = new Path(reference)
    val files = path.getFileSystem(SparkSession.active.sparkContext.hadoopConfiguration)
    if (files.getFileStatus(path).isDirectory) {
      files.listStatus(path).filter(_.isFile).foreach(file => fetch(files, file.getPath, copy))
      copy
    } else {
      val manifest = new Path(path.getParent, Manifest)
      if (files.exists(manifest)) fetch(files, manifest, copy)
      fetch(files, path, copy)
    }
  }

  private def fetch(files: FileSystem, path: Path, copy: LocalPath): LocalPath = {
    val target = copy.resolve(path.getName)
    Using.resource(files.open(path))(Files.copy(_, target))
    target
  }

  private def delete(folder: LocalPath): Unit = {
    Using.resource(Files.list(folder))(_.forEach(file => Files.delete(file)))
    Files.delete(folder)
  }
}
