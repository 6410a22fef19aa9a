package io.penstock.manifest;

/**
 * A model file as its manifest describes it.
 *
 * @param format mleap or pmml
 * @param path its name in the manifest's folder
 * @param size in bytes
 * @param sha256 in lower-case hexadecimal digits
 */
public record ModelFile(String format, String path, long size, String sha256) {}
