package io.penstock.pmml;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import java.util.ArrayList;
import java.util.List;

/** An element of a PMML document: its attributes, its child elements and its own text. */
final class Element {
  private final String name;
  private final String where;
  private final int line;
  private final String[] attributes;
  private final List<Element> children = new ArrayList<>(0);
  private String text = "";
  private TreeNode tree;

  /** {@code attributes} are names and values in turn. */
  Element(String name, String where, int line, String[] attributes) {
    this.name = name;
    this.where = where;
    this.line = line;
    this.attributes = attributes;
  }

  String name() {
    return name;
  }

  boolean is(String name) {
    return this.name.equals(name);
  }

  void add(Element child) {
    children.add(child);
  }

  void addText(String more) {
    text += more;
  }

  void setTree(TreeNode root) {
    if (tree != null) {
      throw unreadable("it has two root nodes");
    }
    tree = root;
  }

  /** The nodes of a TreeModel, which are not kept as elements. */
  TreeNode tree() {
    if (tree == null) {
      throw unreadable("it has no Node");
    }
    return tree;
  }

  List<Element> children() {
    return children;
  }

  List<Element> children(String name) {
    return children.stream().filter(child -> child.is(name)).toList();
  }

  /** The only child of that name, or null; two are refused. */
  Element optionalChild(String name) {
    List<Element> found = children(name);
    if (found.size() > 1) {
      throw unreadable("it has more than one " + name);
    }
    return found.isEmpty() ? null : found.get(0);
  }

  Element child(String name) {
    Element child = optionalChild(name);
    if (child == null) {
      throw unreadable("it has no " + name);
    }
    return child;
  }

  String text() {
    return text;
  }

  /** The value of an attribute, or null. */
  String optional(String attribute) {
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i].equals(attribute)) {
        return attributes[i + 1];
      }
    }
    return null;
  }

  String attribute(String attribute) {
    String value = optional(attribute);
    if (value == null) {
      throw unreadable("its attribute '" + attribute + "' is missing");
    }
    return value;
  }

  String attribute(String attribute, String otherwise) {
    String value = optional(attribute);
    return value == null ? otherwise : value;
  }

  /** Refuses attributes that an engine has added to the standard, but for {@code known}. */
  void refuseVendorAttributes(String known) {
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i].startsWith("x-") && !attributes[i].equals(known)) {
        throw unsupportedAttribute(attributes[i]);
      }
    }
  }

  /** A finite number. */
  double number(String attribute) {
    return finite(attribute, attribute(attribute));
  }

  double number(String attribute, double otherwise) {
    String value = optional(attribute);
    return value == null ? otherwise : finite(attribute, value);
  }

  private double finite(String attribute, String value) {
    double number = Numbers.parse(value);
    if (!Double.isFinite(number)) {
      throw unreadable("its " + attribute + " '" + Numbers.shorten(value) + "' is not a number");
    }
    return number;
  }

  /** Where this element is: the file, the line and the element's name. */
  String place() {
    String id = optional("name") != null ? optional("name") : optional("id");
    String called = id == null ? "" : " '" + Numbers.shorten(id) + "'";
    return where + ", line " + line + ", " + name + called;
  }

  /** A refusal of a document that contradicts itself or the standard. */
  PenstockException unreadable(String what) {
    return new PenstockException(
        ErrorClass.MODEL_UNREADABLE,
        place() + ": " + what + "; export the model again, or fetch an undamaged copy.");
  }

  /** A refusal of what Penstock does not compute. */
  PenstockException unsupported(String what, String remedy) {
    return new PenstockException(
        ErrorClass.FORMAT_UNSUPPORTED, place() + ": " + what + "; " + remedy + ".");
  }

  /** A refusal of this very element. */
  PenstockException unsupported() {
    return unsupported(
        "Penstock does not compute this element of PMML", "write the model without it");
  }

  /** A refusal of the value of an attribute. */
  PenstockException unsupportedAttribute(String attribute) {
    return unsupported(
        "Penstock does not compute "
            + attribute
            + "=\""
            + Numbers.shorten(attribute(attribute, ""))
            + "\"",
        "write the model without it");
  }
}
