/**
 * Merges the files: collects what each declares, resolves imports to the exporting file's
 * bindings, and gives every module-level name a name of its own in the generated code.
 */
import type * as t from "@babel/types";
import { readStruct, typeText } from "./declared-types.ts";
import type { Binding, Program, SourceFile } from "./program.ts";
import { checkSubset, nameComplaint } from "./subset.ts";

/** Fills `functions`, `globals`, `interfaces` and every file's scope. */
export function linkModules(program: Program): void {
  for (const file of program.files) collectFile(program, file);
  const byKey = new Map(program.files.map((file) => [file.key, file]));
  for (const file of program.files) resolveImports(program, file, byKey);
  orderInitialisers(program, byKey);
  let index = 0;
  const owners = new Set<SourceFile>();
  for (const { file } of [...program.functions, ...program.globals]) owners.add(file);
  for (const file of program.files) {
    if (file.key.startsWith("model/") || owners.has(file)) file.index = index++;
  }
}

function collectFile(program: Program, file: SourceFile): void {
  for (const statement of file.ast.program.body) collectStatement(program, file, statement);
}

function collectStatement(program: Program, file: SourceFile, statement: t.Statement): void {
  const { diagnostics } = program;
  switch (statement.type) {
    case "ImportDeclaration":
      return collectImport(program, file, statement);
    case "ExportNamedDeclaration":
      return collectExport(program, file, statement);
    case "FunctionDeclaration":
      return collectFunction(program, file, statement, statement);
    case "VariableDeclaration":
      return collectVariables(program, file, statement);
    case "TSDeclareFunction":
      return collectExternal(program, file, statement);
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration": {
      file.types.add(statement.id.name);
      const struct = readStruct(file, statement);
      if (struct !== null) program.interfaces.set(struct.name, struct);
      return;
    }
    case "EmptyStatement":
      return;
    case "ExportDefaultDeclaration":
      return diagnostics.report(file, statement, "export by name: `export function …`");
    case "ExportAllDeclaration":
      return diagnostics.report(file, statement, "name what is exported: `export { a, b } from …`");
    case "ClassDeclaration":
    case "TSEnumDeclaration":
      return checkSubset(file, statement, diagnostics);
    default:
      return diagnostics.report(
        file,
        statement,
        "only declarations may stand at the top level: put the statement into a function",
      );
  }
}

function collectImport(program: Program, file: SourceFile, node: t.ImportDeclaration): void {
  const from = resolvePath(file.key, node.source.value);
  if (node.importKind === "type") return;
  if (!program.files.some((other) => other.key === from)) {
    const message = `there is no model file \`${node.source.value}\` (looked for ${from})`;
    return program.diagnostics.report(file, node.source, message);
  }
  file.dependencies.push(from);
  for (const specifier of node.specifiers) {
    if (specifier.type !== "ImportSpecifier") {
      program.diagnostics.report(file, specifier, "import by name: `import { a, b } from …`");
    } else if (specifier.importKind !== "type") {
      const imported = exportedName(specifier.imported);
      file.imports.push({ node: specifier, from, imported, local: specifier.local.name });
    }
  }
}

function collectExport(program: Program, file: SourceFile, node: t.ExportNamedDeclaration): void {
  const { declaration } = node;
  if (declaration) {
    if (declaration.type === "FunctionDeclaration")
      collectFunction(program, file, declaration, node);
    else collectStatement(program, file, declaration);
    for (const name of declaredNames(declaration)) {
      file.exports.set(name, { local: name, from: null });
    }
    return;
  }
  if (node.exportKind === "type") return;
  const from = node.source ? resolvePath(file.key, node.source.value) : null;
  if (from !== null) file.dependencies.push(from);
  for (const specifier of node.specifiers) {
    if (specifier.type !== "ExportSpecifier" || specifier.exportKind === "type") continue;
    file.exports.set(exportedName(specifier.exported), { local: specifier.local.name, from });
  }
}

function collectFunction(
  program: Program,
  file: SourceFile,
  node: t.FunctionDeclaration,
  documented: t.Node,
): void {
  if (!node.id || !declarable(program, file, node.id)) return;
  const { name } = node.id;
  bind(program, file, {
    kind: "function",
    id: program.functions.length,
    name,
    output: outputName(program, name),
    file,
    node,
    doc: firstParagraph(documented),
    returns: typeText(file, node.returnType),
    params: [],
    variables: [],
    callees: new Set(),
    maySleep: false,
    lowered: null,
  });
}

function collectVariables(program: Program, file: SourceFile, node: t.VariableDeclaration): void {
  if (node.declare === true) return collectInputs(program, file, node);
  checkSubset(file, node, program.diagnostics);
  if (node.kind !== "let" && node.kind !== "const") return;
  for (const declarator of node.declarations) {
    if (declarator.id.type !== "Identifier") continue;
    const { name } = declarator.id;
    bind(program, file, {
      kind: "global",
      index: program.globals.length,
      name,
      output: outputName(program, name),
      keyword: node.kind,
      file,
      declarator,
      type: typeText(file, declarator.id.typeAnnotation),
      shared: false,
      constant: null,
    });
  }
}

function collectInputs(program: Program, file: SourceFile, node: t.VariableDeclaration): void {
  for (const { id } of node.declarations) {
    if (id.type !== "Identifier") continue;
    if (node.kind !== "const" || !program.options.inputs.includes(id.name)) {
      const message = `the machine has no input \`${id.name}\`: only ${program.options.inputs.join(", ") || "nothing"} may be declared`;
      program.diagnostics.report(file, id, message);
      continue;
    }
    const known = file.scope.get(id.name) ?? findDeclared(program, "input", id.name);
    const type = typeText(file, id.typeAnnotation);
    const output = known?.output ?? outputName(program, id.name);
    file.scope.set(id.name, known ?? { kind: "input", name: id.name, output, type });
  }
}

function collectExternal(program: Program, file: SourceFile, node: t.TSDeclareFunction): void {
  if (!node.id) return;
  const { name } = node.id;
  const definition = Object.hasOwn(program.options.externals, name)
    ? program.options.externals[name]
    : undefined;
  if (node.declare !== true || definition === undefined) {
    const message =
      node.declare === true
        ? `the machine has no function \`${name}\``
        : "overloads are outside the model subset: give each function a name of its own";
    return program.diagnostics.report(file, node, message);
  }
  const known = findDeclared(program, "external", name);
  file.scope.set(
    name,
    known ?? {
      kind: "external",
      name,
      output: outputName(program, name),
      definition,
      parameterCount: node.params.length,
      returns: node.returnType ? typeText(file, node.returnType as t.TSTypeAnnotation) : null,
      used: false,
    },
  );
}

/** Two files may declare the same thing of the machine's. */
function findDeclared(
  program: Program,
  kind: "external" | "input",
  name: string,
): Binding | undefined {
  for (const file of program.files) {
    const binding = file.scope.get(name);
    if (binding?.kind === kind && binding.name === name) return binding;
  }
  return undefined;
}

function bind(program: Program, file: SourceFile, binding: Binding): void {
  file.scope.set(binding.name, binding);
  if (binding.kind === "function") program.functions.push(binding);
  if (binding.kind === "global") program.globals.push(binding);
}

function declarable(program: Program, file: SourceFile, id: t.Identifier): boolean {
  const message = nameComplaint(id.name);
  if (message !== null) program.diagnostics.report(file, id, message);
  return message === null;
}

function resolveImports(
  program: Program,
  file: SourceFile,
  byKey: ReadonlyMap<string, SourceFile>,
): void {
  for (const { node, from, imported, local } of file.imports) {
    const binding = findExport(byKey, from, imported, new Set());
    if (binding !== null) {
      file.scope.set(local, binding);
      continue;
    }
    const isType = byKey.get(from)?.types.has(imported) === true;
    const message = isType
      ? `\`${imported}\` is a type: write \`import type\``
      : `${from} exports nothing called \`${imported}\``;
    program.diagnostics.report(file, node, message);
  }
  for (const [name, { local, from }] of file.exports) {
    if (from !== null && findExport(byKey, from, local, new Set()) === null) {
      const message = `${from} exports nothing called \`${local}\`, so \`${name}\` cannot be exported`;
      program.diagnostics.report(file, file.ast.program, message);
    }
  }
}

function findExport(
  byKey: ReadonlyMap<string, SourceFile>,
  key: string,
  name: string,
  seen: Set<string>,
): Binding | null {
  const file = byKey.get(key);
  const entry = file?.exports.get(name);
  if (file === undefined || entry === undefined || seen.has(`${key} ${name}`)) return null;
  seen.add(`${key} ${name}`);
  if (entry.from !== null) return findExport(byKey, entry.from, entry.local, seen);
  const own = file.scope.get(entry.local);
  if (own !== undefined) return own;
  const imported = file.imports.find((item) => item.local === entry.local);
  return imported ? findExport(byKey, imported.from, imported.imported, seen) : null;
}

/** ES modules run their dependencies first, each once, in the order of the import lines. */
function orderInitialisers(program: Program, byKey: ReadonlyMap<string, SourceFile>): void {
  const seen = new Set<SourceFile>();
  const visit = (file: SourceFile): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const key of file.dependencies) {
      const dependency = byKey.get(key);
      if (dependency) visit(dependency);
    }
    for (const statement of file.ast.program.body) {
      const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
      if (node?.type === "VariableDeclaration" && node.declare !== true)
        program.initialisers.push({ file, node });
    }
  };
  program.files.forEach(visit);
}

function declaredNames(declaration: t.Declaration): string[] {
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) =>
      id.type === "Identifier" ? [id.name] : [],
    );
  }
  const id = "id" in declaration ? declaration.id : null;
  return id?.type === "Identifier" ? [id.name] : [];
}

function outputName(program: Program, name: string): string {
  let output = name;
  for (let i = 2; program.outputNames.has(output); i++) output = `${name}$${i}`;
  program.outputNames.add(output);
  return output;
}

function exportedName(node: t.Identifier | t.StringLiteral): string {
  return node.type === "Identifier" ? node.name : node.value;
}

/** `../../machine/x.ts` seen from `model/mm/y.ts` is `machine/x.ts`. */
function resolvePath(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function firstParagraph(node: t.Node): string {
  const comment = node.leadingComments?.at(-1);
  if (comment?.type !== "CommentBlock" || !comment.value.startsWith("*")) return "";
  const lines = comment.value
    .slice(1)
    .split("\n")
    .map((line) => line.replace(/^\s*\*?\s?/, "").trim());
  const text = lines.join("\n").trim();
  return text.split(/\n\s*\n/)[0]!.replace(/\n/g, " ");
}
