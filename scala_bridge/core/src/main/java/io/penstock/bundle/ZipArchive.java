package io.penstock.bundle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The entries of a zip file that lies in memory, read by name and never written anywhere.
 *
 * <p>The directory at the end is checked whole when the archive is opened: no name twice, no name
 * that points out of the archive, no two entries over the same bytes, nothing behind the end. Sizes
 * that the file states are compared with what comes out, and never used to allocate.
 */
final class ZipArchive {
  static final int MAX_ENTRIES = 200_000;
  static final long MAX_ENTRY_BYTES = 256L << 20;
  static final long MAX_TOTAL_BYTES = 1L << 30;

  /** Above {@link #RATIO_FREE_BYTES}, an entry may be at most this many times its packed size. */
  static final int MAX_RATIO = 200;

  static final int RATIO_FREE_BYTES = 16 << 20;

  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END_HEADER = 0x06054b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int ENCRYPTED = 1;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  private record Entry(int method, long crc, long packed, long size, int data) {}

  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final String where;
  private final Map<String, Entry> entries = new HashMap<>();
  private long totalRead;

  private ZipArchive(byte[] bytes, String where) {
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
  }

  /** Checks the directory of the archive; {@code where} names the file in refusals. */
  static ZipArchive open(byte[] bytes, String where) {
    ZipArchive archive = new ZipArchive(bytes, where);
    try {
      archive.readDirectory();
    } catch (IndexOutOfBoundsException e) {
      throw archive.broken("its directory points outside the file");
    }
    return archive;
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** The content of an entry. A second reading counts again against the cap on all bytes. */
  byte[] read(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw Refuse.unreadable(where, "there is no " + name + " in it");
    }
    byte[] content = entry.method() == STORED ? stored(name, entry) : inflate(name, entry);
    CRC32 crc = new CRC32();
    crc.update(content);
    if (content.length != entry.size() || crc.getValue() != entry.crc()) {
      throw Refuse.unreadable(at(name), "its content is not what the archive says");
    }
    totalRead += content.length;
    return content;
  }

  private void readDirectory() {
    int end = bytes.length - END_BYTES;
    if (end < 0 || buffer.getInt(end) != END_HEADER) {
      throw broken("it does not end as a zip file does");
    }
    int count = unsigned16(end + 10);
    long size = unsigned32(end + 12);
    long start = unsigned32(end + 16);
    boolean spanned = unsigned16(end + 4) != 0 || unsigned16(end + 6) != 0;
    if (spanned || unsigned16(end + 8) != count || unsigned16(end + 20) != 0) {
      throw broken("it is in several parts, or has a comment");
    }
    if (start + size != end) {
      throw broken("its directory does not end where the file ends (zip64 is not read)");
    }
    if (count > MAX_ENTRIES) {
      throw broken("it has " + count + " entries, more than " + MAX_ENTRIES);
    }
    TreeMap<Integer, Integer> taken = new TreeMap<>();
    int position = (int) start;
    for (int i = 0; i < count; i++) {
      position = readEntry(position, (int) start, taken);
    }
    if (position != end) {
      throw broken("its directory holds more than its entries");
    }
    int free = 0;
    for (Map.Entry<Integer, Integer> span : taken.entrySet()) {
      if (span.getKey() < free) {
        throw broken("two of its entries lie over each other");
      }
      free = span.getValue();
    }
  }

  /** Reads one line of the directory and returns where the next one begins. */
  private int readEntry(int at, int limit, TreeMap<Integer, Integer> taken) {
    if (buffer.getInt(at) != CENTRAL_HEADER) {
      throw broken("its directory is damaged");
    }
    int flags = unsigned16(at + 8);
    int method = unsigned16(at + 10);
    long packed = unsigned32(at + 20);
    int nameBytes = unsigned16(at + 28);
    long local = unsigned32(at + 42);
    String name = name(at + CENTRAL_BYTES, nameBytes);
    if ((flags & ENCRYPTED) != 0 || (method != STORED && method != DEFLATED)) {
      throw broken("its entry " + name + " is encrypted or packed in a way that is not read");
    }
    if (local + LOCAL_BYTES > limit || buffer.getInt((int) local) != LOCAL_HEADER) {
      throw broken("its entry " + name + " is not where the directory says");
    }
    int localName = unsigned16((int) local + 26);
    long data = local + LOCAL_BYTES + localName + unsigned16((int) local + 28);
    if (data + packed > limit
        || method != unsigned16((int) local + 8)
        || !name.equals(name((int) local + LOCAL_BYTES, localName))) {
      throw broken("its entry " + name + " is not what the directory says");
    }
    Entry entry =
        new Entry(method, unsigned32(at + 16), packed, unsigned32(at + 24), (int) data);
    if (entries.put(name, entry) != null || taken.put((int) local, (int) (data + packed)) != null) {
      throw broken("it holds " + name + " twice");
    }
    return at + CENTRAL_BYTES + nameBytes + unsigned16(at + 30) + unsigned16(at + 32);
  }

  private String name(int at, int length) {
    String name;
    try {
      name = StandardCharsets.UTF_8.newDecoder().decode(buffer.slice(at, length)).toString();
    } catch (CharacterCodingException e) {
      throw broken("the name of an entry is not UTF-8");
    }
    boolean escapes = name.startsWith("/") || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0;
    for (String part : name.split("/")) {
      escapes |= part.equals("..") || part.equals(".");
    }
    if (escapes || name.isEmpty()) {
      throw broken("the name of its entry '" + name + "' points out of the archive");
    }
    return name;
  }

  private byte[] stored(String name, Entry entry) {
    checkSize(name, entry, entry.packed());
    byte[] content = new byte[(int) entry.packed()];
    buffer.get(entry.data(), content);
    return content;
  }

  private byte[] inflate(String name, Entry entry) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes, entry.data(), (int) entry.packed());
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      byte[] chunk = new byte[1 << 16];
      while (!inflater.finished()) {
        int n = inflater.inflate(chunk);
        if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw Refuse.unreadable(at(name), "its packed content breaks off");
        }
        content.write(chunk, 0, n);
        checkSize(name, entry, content.size());
      }
      if (inflater.getRemaining() != 0) {
        throw Refuse.unreadable(at(name), "there is more behind its packed content");
      }
      return content.toByteArray();
    } catch (DataFormatException e) {
      throw Refuse.unreadable(at(name), "its packed content is damaged");
    } finally {
      inflater.end();
    }
  }

  private void checkSize(String name, Entry entry, long size) {
    if (size > MAX_ENTRY_BYTES || totalRead + size > MAX_TOTAL_BYTES) {
      throw Refuse.unsupported(
          at(name),
          "it unpacks to more than Penstock reads (" + (MAX_ENTRY_BYTES >> 20) + " MiB an entry, "
              + (MAX_TOTAL_BYTES >> 20) + " MiB in all)",
          "use a smaller model");
    }
    if (size > RATIO_FREE_BYTES && size > MAX_RATIO * Math.max(1, entry.packed())) {
      throw Refuse.unreadable(
          at(name), "it unpacks to more than " + MAX_RATIO + " times its packed size");
    }
  }

  private int unsigned16(int at) {
    return buffer.getShort(at) & 0xffff;
  }

  private long unsigned32(int at) {
    return buffer.getInt(at) & 0xffffffffL;
  }

  private String at(String name) {
    return where + ", " + name;
  }

  private RuntimeException broken(String what) {
    return Refuse.unreadable(where, what);
  }
}
