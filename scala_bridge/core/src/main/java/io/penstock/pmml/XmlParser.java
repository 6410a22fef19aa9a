package io.penstock.pmml;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Parses a document into elements with the JDK's own StAX parser. A DOCTYPE is refused, so that
 * nothing outside the file is ever read and no entity expands; size, depth and count are capped.
 */
final class XmlParser {
  static final int MAX_BYTES = 1 << 29;
  static final int MAX_ELEMENTS = 2_000_000;
  static final int MAX_TREE_NODES = 20_000_000;
  static final int MAX_DEPTH = 5_000;

  /** UTF-16, or a declaration that names something else than UTF-8. */
  private static final Pattern OTHER_ENCODING =
      Pattern.compile("^(\u00fe\u00ff|\u00ff\u00fe)|encoding\\s*=\\s*[\"'](?!(?i:utf-8))");

  private static final int POOLED_LENGTH = 40;
  private static final int MAX_POOLED = 500_000;

  private final String where;
  private final XMLStreamReader reader;
  private final Deque<Element> elements = new ArrayDeque<>();
  private final Deque<TreeNode> treeNodes = new ArrayDeque<>();
  private final Map<String, String> pool = new HashMap<>();
  private Element root;
  private int depth;
  private int elementCount;
  private int nodeCount;

  private XmlParser(byte[] xml, String where) throws XMLStreamException {
    this.where = where;
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing outside the file is read");
        });
    this.reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
  }

  /** The root element of a document. */
  static Element parse(byte[] xml, String where) {
    if (xml.length > MAX_BYTES) {
      throw new PenstockException(
          ErrorClass.FORMAT_UNSUPPORTED,
          where + ": it has more than " + (MAX_BYTES >> 20) + " MiB; use a smaller model.");
    }
    if (!declaresAnotherEncoding(xml) && !isUtf8(xml)) {
      throw damaged(where, "it is not UTF-8"); // the JDK's parser would also print it to stderr
    }
    try {
      XmlParser parser = new XmlParser(xml, where);
      while (parser.reader.hasNext()) {
        parser.accept(parser.reader.next());
      }
      return parser.root;
    } catch (PenstockException e) {
      throw e;
    } catch (XMLStreamException | RuntimeException e) {
      // The JDK's parser also ends in unchecked exceptions on some damaged documents.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw damaged(where, "it is not well-formed XML (" + Numbers.shorten(reason) + ")");
    }
  }

  private static boolean declaresAnotherEncoding(byte[] xml) {
    String head = new String(xml, 0, Math.min(xml.length, 200), StandardCharsets.ISO_8859_1);
    return OTHER_ENCODING.matcher(head).find();
  }

  private static boolean isUtf8(byte[] xml) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(xml);
    CharBuffer chars = CharBuffer.allocate(1 << 13);
    CoderResult result;
    do {
      chars.clear();
      result = decoder.decode(bytes, chars, true);
    } while (result.isOverflow());
    return !result.isError();
  }

  private void accept(int event) {
    switch (event) {
      case XMLStreamConstants.DTD ->
          throw damaged(where, "it has a DOCTYPE, which PMML does not need and Penstock refuses");
      case XMLStreamConstants.ENTITY_REFERENCE ->
          throw damaged(where, "it refers to an entity that XML does not define");
      case XMLStreamConstants.START_ELEMENT -> start();
      case XMLStreamConstants.END_ELEMENT -> end();
      case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
        if (!elements.isEmpty() && elements.peek().children().isEmpty()) {
          elements.peek().addText(reader.getText()); // not the blanks between child elements
        }
      }
      default -> {
        // Comments, blanks and processing instructions say nothing.
      }
    }
  }

  private void start() {
    if (++depth > MAX_DEPTH) {
      throw damaged(where, "its elements are nested more than " + MAX_DEPTH + " deep");
    }
    String name = reader.getLocalName();
    int line = reader.getLocation().getLineNumber();
    if (name.equals("Node") && (!treeNodes.isEmpty() || inTreeModel())) {
      startNode(line);
      return;
    }
    if (name.equals("ScoreDistribution") && !treeNodes.isEmpty()) {
      addCount(line);
    }
    if (treeNodes.isEmpty()) {
      count(++elementCount, MAX_ELEMENTS, "elements", where);
    }
    String[] attributes = new String[2 * reader.getAttributeCount()];
    for (int i = 0; i < attributes.length; i += 2) {
      attributes[i] = pooled(reader.getAttributeLocalName(i / 2));
      attributes[i + 1] = pooled(reader.getAttributeValue(i / 2));
    }
    elements.push(new Element(name, where, line, attributes));
  }

  private static void count(int count, int most, String what, String where) {
    if (count > most) {
      throw new PenstockException(
          ErrorClass.FORMAT_UNSUPPORTED,
          where + ": it has more than " + most + " " + what + "; use a smaller model.");
    }
  }

  private boolean inTreeModel() {
    return !elements.isEmpty() && elements.peek().is("TreeModel");
  }

  private void startNode(int line) {
    count(++nodeCount, MAX_TREE_NODES, "tree nodes", where);
    TreeNode node =
        new TreeNode(line, attribute("id"), attribute("score"), attribute("defaultChild"));
    if (treeNodes.isEmpty()) {
      elements.peek().setTree(node);
    } else {
      treeNodes.peek().add(node);
    }
    treeNodes.push(node);
  }

  private void addCount(int line) {
    String probability = attribute("probability");
    String recordCount = attribute("recordCount");
    String count = probability == null ? recordCount : probability;
    double number = count == null ? Double.NaN : Numbers.parse(count);
    String value = attribute("value");
    if (value == null || !(number >= 0) || Double.isInfinite(number)) {
      throw damaged(
          where + ", line " + line + ", ScoreDistribution", "it has no value or no record count");
    }
    treeNodes.peek().add(new TreeNode.Count(value, number));
  }

  private void end() {
    depth--;
    if (reader.getLocalName().equals("Node") && !treeNodes.isEmpty()) {
      TreeNode node = treeNodes.pop();
      if (node.predicate == null) {
        throw damaged(where + ", line " + node.line + ", Node", "it has no predicate");
      }
      return;
    }
    Element element = elements.pop();
    if (elements.isEmpty()) {
      root = element;
    } else if (treeNodes.isEmpty() || !inTreeModel()) {
      elements.peek().add(element);
    } else {
      addToNode(element);
    }
  }

  private void addToNode(Element element) {
    TreeNode node = treeNodes.peek();
    if (Predicate.isOne(element.name())) {
      if (node.predicate != null) {
        throw element.unreadable("its Node has two predicates");
      }
      node.predicate = Predicate.of(element);
    } else if (!element.is("ScoreDistribution") && !element.is("Extension")) {
      throw element.unsupported();
    }
  }

  private String attribute(String name) {
    String value = reader.getAttributeValue(null, name);
    return value == null ? null : pooled(value);
  }

  /** One string for equal values: a forest repeats its names and thresholds many times. */
  private String pooled(String value) {
    if (value.length() > POOLED_LENGTH || pool.size() > MAX_POOLED) {
      return value;
    }
    String known = pool.putIfAbsent(value, value);
    return known == null ? value : known;
  }

  private static PenstockException damaged(String place, String what) {
    return new PenstockException(
        ErrorClass.MODEL_UNREADABLE,
        place + ": " + what + "; export the model again, or fetch an undamaged copy.");
  }
}
