package io.penstock.spark

import java.net.{URI, URISyntaxException}
import java.nio.file.{InvalidPathException, Path}

import io.penstock.{ErrorClass, ModelFiles, PenstockException}

/** What a query's text says of a model, and how the driver finds it. */
private[spark] object ModelReference {

  private val Scheme = "([A-Za-z][A-Za-z0-9+.-]*):.*".r

  /** A handle on the model, read, checked and loaded in this process. */
  def resolve(reference: String): ModelHandle = {
    val handle = PathHandle(reference, read(reference))
    handle.model
    handle
  }

  /** Reads a path: one that begins with `/` or `.`, or that has a scheme. */
  private def read(reference: String): ModelFiles = reference match {
    case text if text.startsWith("/") || text.startsWith(".") => readLocal(text, Path.of(text))
    case text @ Scheme("file") =>
      readLocal(text, Path.of(new URI(text.replace(" ", "%20")).getPath))
    case text @ Scheme("models" | "runs" | "mlflow-artifacts") =>
      throw new PenstockException(
        ErrorClass.INVALID_ARGUMENT,
        s""""$text" is an MLflow model that is not exported yet; run `penstock export """ +
          s"--model-uri $text --to mleap --out DIR` and give DIR")
    case text @ Scheme(_) => RemoteFiles.read(text)
    case text =>
      throw new PenstockException(
        ErrorClass.STORE_NOT_CONFIGURED,
        s""""$text" names a model in a store, and no store is configured; give the path of an """ +
          s"""export, which begins with / or . as in "./$text"""")
  }

  private def readLocal(text: String, path: => Path): ModelFiles =
    try ModelFiles.read(path, null)
    catch {
      case _: InvalidPathException | _: URISyntaxException =>
        throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          s""""$text" is not a path; give the folder of an export, such as /models/wine""")
    }
}
