package io.penstock.bundle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One node of a bundle as its node.json and model.json say it.
 *
 * @param place the node's folder, with the file's name, for refusals
 * @param folder the node's folder in the archive
 * @param inputs the column at each input port
 * @param outputs the column at each output port
 */
record Step(
    String place,
    String folder,
    String op,
    Attributes attributes,
    Map<String, String> inputs,
    Map<String, String> outputs) {

  /** Reads the node in {@code folder}; the archive must hold its two files. */
  static Step read(ZipArchive archive, String folder, String where) {
    String place = where + ", " + folder;
    Map<String, Object> node = json(archive, folder + "/node.json", where);
    Map<String, Object> model = json(archive, folder + "/model.json", where);
    if (!(node.get("shape") instanceof Map<?, ?> shape)) {
      throw Refuse.unreadable(place + "/node.json", "it has no shape");
    }
    return new Step(
        place,
        folder,
        op(model, place),
        attributes(model, place),
        sockets(shape.get("inputs"), place),
        sockets(shape.get("outputs"), place));
  }

  static Map<String, Object> json(ZipArchive archive, String name, String where) {
    return Json.object(archive.read(name), where + ", " + name);
  }

  static String op(Map<String, Object> model, String place) {
    if (model.get("op") instanceof String op) {
      return op;
    }
    throw Refuse.unreadable(place + "/model.json", "it names no op");
  }

  static Attributes attributes(Map<String, Object> model, String place) {
    Map<String, Object> attributes = new HashMap<>();
    if (model.get("attributes") instanceof Map<?, ?> map) {
      map.forEach((name, value) -> attributes.put((String) name, value));
    }
    return new Attributes(attributes, place + "/model.json");
  }

  private static Map<String, String> sockets(Object value, String place) {
    Map<String, String> columns = new HashMap<>();
    if (!(value instanceof List<?> sockets)) {
      throw Refuse.unreadable(place + "/node.json", "its inputs or outputs are not a list");
    }
    for (Object item : sockets) {
      if (!(item instanceof Map<?, ?> socket)
          || !(socket.get("port") instanceof String port)
          || !(socket.get("name") instanceof String column)
          || columns.put(port, column) != null) {
        throw Refuse.unreadable(
            place + "/node.json", "its inputs or outputs are not each a port and a name, once");
      }
    }
    return columns;
  }

  String input(String port) {
    String column = inputs.get(port);
    if (column == null) {
      throw Refuse.unreadable(place + "/node.json", "its input port '" + port + "' is missing");
    }
    return column;
  }

  String output(String port) {
    String column = outputs.get(port);
    if (column == null) {
      throw Refuse.unreadable(place + "/node.json", "its output port '" + port + "' is missing");
    }
    return column;
  }

  /** A refusal of something that this node asks for. */
  RuntimeException unsupported(String what, String remedy) {
    return Refuse.unsupported(place, what, remedy);
  }

  /** A refusal of this node because it contradicts itself. */
  RuntimeException unreadable(String what) {
    return Refuse.unreadable(place, what);
  }
}
