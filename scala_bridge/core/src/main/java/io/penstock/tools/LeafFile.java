package io.penstock.tools;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The leaves of each row that is scored, in the order of the rows: for each tree the leaf as a
 * little-endian integer of 32 bits. There is nothing else in the file.
 */
final class LeafFile implements Closeable {
  private final OutputStream out;
  private ByteBuffer buffer = ByteBuffer.allocate(0);

  LeafFile(Path path) throws IOException {
    out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
  }

  /** One row. */
  void write(int[] leaves) throws IOException {
    int bytes = Integer.BYTES * leaves.length;
    if (buffer.capacity() != bytes) {
      buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    buffer.asIntBuffer().put(leaves);
    out.write(buffer.array(), 0, bytes);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
