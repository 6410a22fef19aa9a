package io.penstock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A small export, y = 2 a - b + 0.5 over the inputs a and b, whose parts tests alter. */
public final class ExportFolder {
  public final Path folder;
  public final byte[] bundle;
  private final String pmml;
  private final String a;
  private final String b;

  /** Writes bundle.zip, model.pmml and penstock.json. */
  public ExportFolder(Path folder) throws IOException {
    this(folder, "a", "b");
  }

  /** The same with other names for its inputs. */
  public ExportFolder(Path folder, String a, String b) throws IOException {
    this.folder = folder;
    this.a = a;
    this.b = b;
    bundle = bundle();
    pmml = named(PMML);
    Files.write(folder.resolve("bundle.zip"), bundle);
    Files.writeString(folder.resolve("model.pmml"), pmml);
    writeManifest(manifest());
  }

  public void writeManifest(String json) throws IOException {
    Files.writeString(folder.resolve("penstock.json"), json);
  }

  /** The manifest's text; single quotes stand for double ones in its source. */
  public String manifest() {
    return named("""
        {'penstock': {'format_version': '1.0', 'version': '0.1.0', 'later': {'added': 1}},
         'model': {'name': 'small', 'version': '7', 'tags': {'number': 'seven'}},
         'files': [
          {'format': 'mleap', 'path': 'bundle.zip', 'size': %d, 'sha256': '%s'},
          {'format': 'pmml', 'path': 'model.pmml', 'size': %d, 'sha256': '%s'}],
         'preferred': 'mleap',
         'contract': {
          'inputs': [{'name': 'a', 'type': 'string', 'role': 'number'},
                     {'name': 'b', 'type': 'double', 'role': 'number'}],
          'checks': [{'kind': 'NOT_A_NUMBER', 'columns': ['a']},
                     {'kind': 'MISSING_VALUE', 'columns': ['a', 'b']},
                     {'kind': 'OUT_OF_RANGE', 'columns': ['b'],
                      'min': [{'number': '-Infinity'}], 'max': [1e300]}],
          'output': {'kind': 'regression', 'type': 'double', 'width': 1, 'array': false,
                     'classes': null, 'probabilities': false}},
         'golden': {
          'rows': [['1.5', 2], ['x', 0.25], [null, 0.25], ['0', 1e301]],
          'expected': [{'prediction': 1.5, 'bound': 1e-15}, {'refused': 'NOT_A_NUMBER'},
                       {'refused': 'MISSING_VALUE'}, {'refused': 'OUT_OF_RANGE'}]},
         'parity': {'verified': true}}
        """)
        .formatted(
            bundle.length, Sha256.of(bundle), pmml.getBytes(UTF_8).length,
            Sha256.of(pmml.getBytes(UTF_8)));
  }

  private String named(String text) {
    return text.replace('\'', '"').replace("\"a\"", "\"" + a + "\"").replace("\"b\"", "\"" + b + "\"");
  }

  private byte[] bundle() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(
          zip,
          "bundle.json",
          "{'uid': '1', 'name': 'small', 'timestamp': '', 'format': 'json', 'version': '0.20.0'}");
      entry(zip, "root/model.json", "{'op': 'pipeline', 'attributes': {'nodes': "
          + "{'type': 'list', 'string': ['features', 'linear']}}}");
      entry(zip, "root/node.json", "{'name': 'small', 'shape': {'inputs': [], 'outputs': []}}");
      entry(
          zip,
          "root/features.node/model.json",
          """
          {'op': 'vector_assembler', 'attributes': {'input_shapes': {'type': 'list', 'data_shape':
            [{'base': 'scalar', 'isNullable': true}, {'base': 'scalar', 'isNullable': true}]}}}
          """);
      entry(
          zip,
          "root/features.node/node.json",
          """
          {'name': 'features', 'shape': {
            'inputs': [{'name': 'a', 'port': 'input0'}, {'name': 'b', 'port': 'input1'}],
            'outputs': [{'name': 'f', 'port': 'output'}]}}
          """);
      entry(
          zip,
          "root/linear.node/model.json",
          """
          {'op': 'linear_regression', 'attributes': {
            'coefficients': {'double': [2.0, -1.0], 'shape': {'dimensions': [{'size': 2, 'name': ''}]},
                             'type': 'tensor'},
            'intercept': {'double': 0.5}}}
          """);
      entry(
          zip,
          "root/linear.node/node.json",
          """
          {'name': 'linear', 'shape': {'inputs': [{'name': 'f', 'port': 'features'}],
            'outputs': [{'name': 'prediction', 'port': 'prediction'}]}}
          """);
    }
    return bytes.toByteArray();
  }

  private void entry(ZipOutputStream zip, String name, String json) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(named(json).getBytes(UTF_8));
    zip.closeEntry();
  }

  private static final String PMML =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
        <Header/>
        <DataDictionary>
          <DataField name="a" optype="continuous" dataType="double"/>
          <DataField name="b" optype="continuous" dataType="double"/>
          <DataField name="y" optype="continuous" dataType="double"/>
        </DataDictionary>
        <RegressionModel functionName="regression">
          <MiningSchema>
            <MiningField name="a"/>
            <MiningField name="b"/>
            <MiningField name="y" usageType="target"/>
          </MiningSchema>
          <RegressionTable intercept="0.5">
            <NumericPredictor name="a" coefficient="2"/>
            <NumericPredictor name="b" coefficient="-1"/>
          </RegressionTable>
        </RegressionModel>
      </PMML>
      """;
}
