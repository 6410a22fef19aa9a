package io.penstock.spark

import java.net.URI
import java.nio.file.{InvalidPathException, Path}

import io.penstock.{ErrorClass, ModelFiles, PenstockException}

/** What a query's text says of a model, and how the driver finds it. */
private[spark] object ModelReference {

  private val Scheme = "([A-Za-z][A-Za-z0-9+.-]*):.*".r

  /** A handle on the model, read, checked and loaded in this process. */
  def resolve(reference: String): ModelHandle = {
    val handle = PathHandle(reference, ModelFiles.read(pathOf(reference), null))
    handle.model
    handle
  }

  /** The path that the text names: one with a scheme, or that begins with `/` or `.`. */
  private def pathOf(reference: String): Path = reference match {
    case text if text.startsWith("/") || text.startsWith(".") => path(text)(Path.of(text))
    case text @ Scheme("file") => path(text)(Path.of(new URI(text.replace(" ", "%20")).getPath))
    case text @ Scheme("models" | "runs" | "mlflow-artifacts") =>
      throw new PenstockException(
        ErrorClass.INVALID_ARGUMENT,
        s""""$text" is an MLflow model that is not exported yet; run `penstock export """ +
          s"--model-uri $text --to mleap --out DIR` and give DIR")
    case text @ Scheme(scheme) =>
      throw new PenstockException(
        ErrorClass.INVALID_ARGUMENT,
        s""""$text" cannot be read, because Penstock reads files of the driver's machine only """ +
          s"and does not know $scheme:; copy the export there and give its path")
    case text =>
      throw new PenstockException(
        ErrorClass.STORE_NOT_CONFIGURED,
        s""""$text" names a model in a store, and no store is configured; give the path of an """ +
          s"""export, which begins with / or . as in "./$text"""")
  }

  private def path(text: String)(parse: => Path): Path =
    try parse
    catch {
      case _: InvalidPathException | _: IllegalArgumentException |
          _: java.net.URISyntaxException =>
        throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          s""""$text" is not a path; give the folder of an export, such as /models/wine""")
    }
}
